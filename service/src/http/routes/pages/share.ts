import { type Locale, operations } from '@passwright/shared/schema'
import type { ErrorRequestHandler, Express, Request } from 'express'
import type { Identity } from '../../../apple/certificates/identity.ts'
import { findExpirationDate } from '../../../apple/fields/dates.ts'
import type { PassJson } from '../../../apple/pass-json.ts'
import type { Context } from '../../../context.ts'
import { composeGoogleCard } from '../../../google-sync/card.ts'
import { recordDownload } from '../../../passes/change/download.ts'
import { buildRecordPassJson, getPassFile } from '../../../passes/content/render.ts'
import { loadRetinaImages } from '../../../passes/images/load.ts'
import { getPassByToken } from '../../../passes/store/find.ts'
import {
  getPassFileName,
  getPassStatus,
  type PassRecord,
  toApiPass,
} from '../../../passes/store/pass.ts'
import { renderQrSvg } from '../../../web/barcode-svg.ts'
import { renderGoogleFront } from '../../../web/google-card/google-picture.ts'
import { negotiateLocale } from '../../../web/language.ts'
import {
  type CardBarcode,
  type CardCode,
  drawFirstBarcode,
  parseBarcodes,
} from '../../../web/pass-card/card.ts'
import { renderPassCard } from '../../../web/pass-card/pass-card.ts'
import { detectDevice } from '../../../web/share-page/device.ts'
import type { SharePage } from '../../../web/share-page/frame.ts'
import {
  hasOffer,
  renderSharePage,
  renderUnknownPassPage,
  type SharedPass,
  type ShareViewer,
} from '../../../web/share-page/share-page.ts'
import type { Mount } from '../../endpoint.ts'
import { toProblem } from '../../errors.ts'
import { identifyCaller } from '../../limits/caller.ts'
import { buildFileReply, buildHtmlReply, sendReply } from '../../reply.ts'

/** A pass by its secret share URL: the file, and the page that shows it. */
export function mountShareRoutes(app: Express, mount: Mount, ctx: Context): void {
  mount(operations.downloadPass, async ({ params, request }) => {
    const record = await getPassByToken(ctx, params.token)
    const { file, identity } = await getPassFile(ctx, record)
    if (request.method !== 'HEAD') await recordDownload(ctx, record)
    const passFile = { serialNumber: record.serialNumber, content: file }
    return buildFileReply(200, passFile, getPassFileName(record), {
      'X-Robots-Tag': 'noindex',
      ...(identity.development ? { 'X-Passwright-Identity': 'development' } : {}),
    })
  })
  mount(operations.sharePage, async ({ params, request, inTurn }) => {
    const load = () => getPassByToken(ctx, params.token)
    const drawable = await inTurn(async () => findDrawable(ctx, await load()))
    // Between two turns, and without the pass: others are served while a large code is drawn.
    const codes = await drawCodes(drawable, identifyCaller(request))
    return inTurn(async () => {
      const record = await load()
      const locale = chooseLocale(request, record)
      const viewer = { locale, now: ctx.now() }
      countVisit(ctx, request, record)
      const device = detectDevice(request.headers['user-agent'])
      const shared = await loadSharedPass(ctx, record, { device, ...viewer }, codes)
      const { badges, googleBadges } = ctx.emailTheme
      const page = renderSharePage(
        shared,
        { device, ...viewer },
        { apple: badges[locale], google: googleBadges[locale] },
      )
      return buildHtmlReply(200, page.html, buildPageHeaders(page))
    })
  })
  app.use('/p', replyToUnknownPass)
}

/** A browser that fetches a page in advance has not opened it (https://wicg.github.io/nav-speculation). */
function countVisit({ openings, now }: Context, request: Request, record: PassRecord): void {
  const { keyId, template } = record
  const isPrefetch = request.headers['sec-purpose']?.includes('prefetch')
  if (request.method === 'HEAD' || isPrefetch) return
  const day = now().toISOString().slice(0, 10)
  openings.count({ keyId, templateId: template?.templateId, day })
}

function buildPageHeaders({ styleHash }: SharePage) {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      `style-src '${styleHash}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Robots-Tag': 'noindex, nofollow',
    Vary: 'User-Agent, Accept-Language',
  }
}

function chooseLocale(request: Request, record?: PassRecord): Locale {
  return negotiateLocale(request.headers['accept-language']) ?? record?.spec.locale ?? 'en'
}

interface PageCodes {
  /** The barcode of the pass, if it has one that can be drawn. */
  code: CardCode | undefined
  /** The QR code of the page's own URL. */
  qrSvg: string
}

interface Drawable {
  barcodes: readonly CardBarcode[]
  shareUrl: string
}

function findDrawable(ctx: Context, record: PassRecord): Drawable {
  const barcodes = parseBarcodes(buildPagePassJson(ctx, record))
  return { barcodes, shareUrl: toApiPass(record, ctx.config).shareUrl }
}

async function drawCodes({ barcodes, shareUrl }: Drawable, caller: string): Promise<PageCodes> {
  const [code, qrSvg] = await Promise.all([
    drawFirstBarcode(barcodes, caller),
    renderQrSvg(shareUrl, caller),
  ])
  return { code, qrSvg }
}

/** Nothing is signed for the page, so it works also with an expired certificate. */
function buildPagePassJson(ctx: Context, record: PassRecord): PassJson {
  const { passTypeIdentifier } = record
  const identity = findIdentity(ctx, record)
  return buildRecordPassJson(record, {
    passTypeIdentifier,
    teamIdentifier: identity?.teamIdentifier ?? '',
    organizationName: identity?.organizationName ?? '',
  })
}

function findIdentity(ctx: Context, record: PassRecord): Identity | undefined {
  return ctx.identities().find((each) => each.passTypeIdentifier === record.passTypeIdentifier)
}

async function loadSharedPass(
  ctx: Context,
  record: PassRecord,
  viewer: ShareViewer,
  { code, qrSvg }: PageCodes,
): Promise<SharedPass> {
  const { spec } = record
  const { shareUrl, downloadUrl, googleSaveUrl } = toApiPass(record, ctx.config)
  const identity = findIdentity(ctx, record)
  const passJson = buildPagePassJson(ctx, record)
  const images = await loadRetinaImages(ctx.db, record.images)
  const card = await renderPassCard(passJson, { images, code, ...viewer })
  const status = getPassStatus(record, identity, viewer.now)
  // On Android, a pass that can be added looks as it will there.
  const isForGoogle = viewer.device === 'android' && hasOffer(status)
  const google = isForGoogle ? composeGoogleCard(ctx, record, images) : undefined
  return {
    passJson,
    card: google ? { ...card, ...renderGoogleFront({ ...google, code }, viewer.locale) } : card,
    shareUrl,
    qrSvg,
    downloadUrl,
    googleSaveUrl,
    organization:
      spec.organizationName ?? (identity?.development ? undefined : identity?.organizationName),
    expirationDate: findExpirationDate(spec),
    status,
  }
}

/** Replies with the same page to every share URL that never belonged to a pass. */
const replyToUnknownPass: ErrorRequestHandler = (error, request, response, next) => {
  const { code, status } = toProblem(error)
  if (code !== 'not_found' || request.path.endsWith('.pkpass')) return next(error)
  response.locals.code = code
  const page = renderUnknownPassPage(chooseLocale(request))
  sendReply(response, buildHtmlReply(status, page.html, buildPageHeaders(page)))
}
