import { readFileSync } from 'node:fs'
import {
  imageSlotNames,
  type Locale,
  type PassRequest,
  type PassSpec,
  type Preview,
} from '@passwright/shared/schema'
import { selectDefaultIdentity } from '../../apple/certificates/identity.ts'
import { signsNfc } from '../../apple/nfc.ts'
import type { PassJson } from '../../apple/pass-json.ts'
import { buildSourcePassJson } from '../../apple/pkpass.ts'
import { findPassWarnings, type Warning } from '../../apple/warnings/warnings.ts'
import type { Context } from '../../context.ts'
import { prepareImages, resolveContent } from '../../passes/content/resolve.ts'
import { isDataUri } from '../../passes/images/source.ts'
import type { PassRecord } from '../../passes/store/pass.ts'
import { type CardCode, drawFirstBarcode, parseBarcodes } from '../pass-card/card.ts'
import { passCardCss } from '../pass-card/card-css.ts'
import { type PassCardImages, renderPassCard } from '../pass-card/pass-card.ts'

/** A pass that was never created, with all that its picture needs. */
export interface PreparedPreview {
  pass: PassJson
  images: PassCardImages
  code: CardCode | undefined
  locale: Locale
  now: Date
  warnings: Warning[]
  /** What it would be stored as. */
  draft: PassDraft
}

/** The parts of a record that its content decides. */
type PassDraft = Pick<
  PassRecord,
  'spec' | 'images' | 'serialNumber' | 'passTypeIdentifier' | 'voided' | 'deletedAt'
>

type PreviewContext = Pick<Context, 'config' | 'identities' | 'images' | 'now'>

/**
 * Prepares the picture of a validated request: embedded images are decoded, the barcode is drawn, in
 * turns between callers. Nothing is fetched, signed or stored: an image given as a URL is a placeholder.
 * Throws `invalid_request` for an image that cannot be used, `overloaded` when too much waits.
 */
export async function preparePreview(
  ctx: PreviewContext,
  request: PassRequest,
  caller: string,
): Promise<PreparedPreview> {
  const now = ctx.now()
  const identity = selectDefaultIdentity(ctx.identities(), ctx.config.defaultPassTypeId)
  const { hashes, images } = await prepareImages(ctx, caller, replaceAddresses(request))
  const { spec } = resolveContent(request, hashes, now)
  const pass = buildPreviewPassJson(spec, identity)
  const retina = Object.entries(hashes).map(([slot, [, hash = '']]) => [slot, images.get(hash)])
  return {
    pass,
    images: Object.fromEntries(retina),
    code: await drawFirstBarcode(parseBarcodes(pass), caller),
    locale: request.locale ?? 'en',
    now,
    warnings: findPassWarnings(spec, now, signsNfc(identity)),
    draft: {
      spec,
      images: hashes,
      serialNumber: 'preview',
      passTypeIdentifier: identity.passTypeIdentifier,
      voided: false,
      deletedAt: null,
    },
  }
}

/** Renders a prepared pass as HTML that needs nothing else, with what Wallet would not show as requested. */
export async function renderPreview({
  pass,
  images,
  code,
  locale,
  now,
  warnings,
}: PreparedPreview): Promise<Preview> {
  const { front, back, css } = await renderPassCard(pass, { images, code, locale, now })
  const details = back === '' ? '' : `<div class="pass-details" lang="${locale}">${back}</div>`
  const html = `<style>${passCardCss}${css}</style>\n<div lang="${locale}">${front}</div>\n${details}`
  return { html, warnings }
}

function buildPreviewPassJson(
  spec: PassSpec,
  identity: Parameters<typeof buildSourcePassJson>[1],
): PassJson {
  return buildSourcePassJson({ spec, serialNumber: 'preview', voided: false }, identity)
}

/** The picture of an image that is not fetched. Drawn in `assets/placeholder.svg`. */
const placeholder = `data:image/png;base64,${readFileSync(
  new URL('assets/placeholder.png', import.meta.url),
).toString('base64')}`

function replaceAddresses(request: PassRequest): PassRequest {
  const replaced = imageSlotNames
    .map((slot) => `${slot}URL` as const)
    .filter((field) => !isDataUri(request[field] ?? placeholder))
    .map((field) => [field, placeholder])
  return { ...request, ...Object.fromEntries(replaced) }
}
