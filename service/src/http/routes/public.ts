import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { version } from '../../version.ts'
import { homePage } from '../../web/home.ts'
import { mount } from '../endpoint.ts'
import { describeApi } from '../openapi.ts'
import { htmlAnswer, jsonAnswer } from '../reply.ts'

/** What anyone may see: the front page and the API's description. */
export function publicRoutes(app: Express, ctx: Context): void {
  const { publicUrl } = ctx.config
  const description = describeApi(publicUrl)

  mount(app, ctx, operations.home, async () =>
    htmlAnswer(200, homePage({ publicUrl, version, signup: ctx.config.signup })),
  )
  mount(app, ctx, operations.openapi, async () => jsonAnswer(200, description))
}
