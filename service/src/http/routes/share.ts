import { type Locale, operations } from '@passwright/shared/schema'
import type { ErrorRequestHandler, Express, Request } from 'express'
import type { Context } from '../../context.ts'
import { recordDownload } from '../../passes/download.ts'
import { getPassByToken } from '../../passes/find.ts'
import { getPassFileName, type PassRecord, toApiPass } from '../../passes/pass.ts'
import { pictureOf } from '../../passes/picture-of.ts'
import { renderPass } from '../../passes/render.ts'
import { getPassStatus } from '../../passes/status.ts'
import { negotiateLocale } from '../../web/language.ts'
import type { Viewer } from '../../web/pass-card/field-text.ts'
import { detectDevice } from '../../web/share-page/device.ts'
import {
  renderSharePage,
  renderUnknownPassPage,
  type SharedPass,
} from '../../web/share-page/share-page.ts'
import { shareCssHash } from '../../web/share-page/style.ts'
import { mount } from '../endpoint.ts'
import { toProblem } from '../errors.ts'
import { fileReply, htmlReply, sendReply } from '../reply.ts'

/** A pass for whoever has its share address: the file, and a page that shows it. */
export function shareRoutes(app: Express, ctx: Context): void {
  mount(app, ctx, operations.downloadPass, async (_, { params, request }) => {
    const record = await getPassByToken(ctx, params.token)
    const { file, identity } = await renderPass(ctx, record)
    if (request.method !== 'HEAD') await recordDownload(ctx, record)
    return fileReply(200, file, getPassFileName(record), {
      'X-Robots-Tag': 'noindex',
      ...(identity.development ? { 'X-Passwright-Identity': 'development' } : {}),
    })
  })
  mount(app, ctx, operations.sharePage, async (_, { params, request }) => {
    const record = await getPassByToken(ctx, params.token)
    const locale = languageFor(request, record)
    const now = ctx.now()
    const shared = await sharedPass(ctx, record, { locale, now })
    const device = detectDevice(request.headers['user-agent'])
    const page = renderSharePage(shared, { locale, device, now }, ctx.emailTheme.badges[locale])
    return htmlReply(200, page, pageHeaders)
  })
  app.use('/p', answerUnknown)
}

const pageHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src '${shareCssHash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Robots-Tag': 'noindex, nofollow',
  Vary: 'User-Agent, Accept-Language',
}

function languageFor(request: Request, record?: PassRecord): Locale {
  return negotiateLocale(request.headers['accept-language']) ?? record?.spec.locale ?? 'en'
}

async function sharedPass(ctx: Context, record: PassRecord, reader: Viewer): Promise<SharedPass> {
  const { spec, passTypeIdentifier } = record
  const { shareUrl, downloadUrl } = toApiPass(record, ctx.config)
  const identity = ctx.identities.find((one) => one.passTypeIdentifier === passTypeIdentifier)
  return {
    ...(await pictureOf(ctx, record, reader)),
    shareUrl,
    downloadUrl,
    organization:
      spec.organizationName ?? (identity?.development ? undefined : identity?.organizationName),
    expirationDate: spec.expirationDate,
    status: getPassStatus(record, identity, reader.now),
  }
}

/** A page for people where there is no such pass, the same for every address that never was one. */
const answerUnknown: ErrorRequestHandler = (error, request, response, next) => {
  const { code, status } = toProblem(error)
  if (code !== 'not_found' || request.path.endsWith('.pkpass')) return next(error)
  response.locals.code = code
  sendReply(response, htmlReply(status, renderUnknownPassPage(languageFor(request)), pageHeaders))
}
