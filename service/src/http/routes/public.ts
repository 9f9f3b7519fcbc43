import { operations } from '@passwright/shared/schema'
import type { Express } from 'express'
import type { Context } from '../../context.ts'
import { homePage } from '../../pages/home.ts'
import { passBehind } from '../../pass/find.ts'
import { fileNameOf } from '../../pass/record.ts'
import { renderPass } from '../../pass/render.ts'
import { version } from '../../version.ts'
import { fileAnswer, htmlAnswer, jsonAnswer } from '../answer.ts'
import { mount } from '../endpoint.ts'
import { describeApi } from '../openapi.ts'

/** What anyone may see: the front page, the API's description, and a pass by its share address. */
export function publicRoutes(app: Express, ctx: Context): void {
  const { publicUrl } = ctx.config
  const description = describeApi(publicUrl)

  mount(app, ctx, operations.home, async () => htmlAnswer(200, homePage(publicUrl, version)))
  mount(app, ctx, operations.openapi, async () => jsonAnswer(200, description))
  mount(app, ctx, operations.downloadPass, async (_, { params }) => {
    const record = await passBehind(ctx, params.token)
    const { file, identity } = await renderPass(ctx, record)
    return fileAnswer(200, file, fileNameOf(record), {
      'X-Robots-Tag': 'noindex',
      ...(identity.development ? { 'X-Passwright-Identity': 'development' } : {}),
    })
  })
}
