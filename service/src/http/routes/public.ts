import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { version } from '../../version.ts'
import { renderHomePage } from '../../web/home.ts'
import { mount } from '../endpoint.ts'
import { buildOpenApi } from '../openapi.ts'
import { htmlReply, jsonReply } from '../reply.ts'

/** What anyone may see: the front page and the API's description. */
export function publicRoutes(app: Express, ctx: Context): void {
  const { publicUrl } = ctx.config
  const description = buildOpenApi(publicUrl)

  mount(app, ctx, operations.home, async () =>
    htmlReply(200, renderHomePage({ publicUrl, version, signup: ctx.config.signup })),
  )
  mount(app, ctx, operations.openapi, async () => jsonReply(200, description))
}
