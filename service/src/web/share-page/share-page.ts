import type { Locale } from '@passwright/shared/schema'
import { formatFieldValue } from '../../apple/fields/field-text.ts'
import type { PassJson } from '../../apple/pass-json.ts'
import type { PassStatus } from '../../passes/store/pass.ts'
import { escapeHtml } from '../../text/html.ts'
import { truncate } from '../../text/plain-text.ts'
import { type Card, parseCard } from '../pass-card/card.ts'
import type { PassCard } from '../pass-card/pass-card.ts'
import {
  type ActionData,
  renderFileLink,
  renderOtherActions,
  renderPrimaryActions,
  type ShareBadge,
} from './actions.ts'
import type { Device } from './device.ts'
import { buildFrontEntries, type Entry, renderEntryList } from './entries.ts'
import { renderShareFrame, type SharePage } from './frame.ts'
import { type Offer, type SharePageMessages, sharePageMessages } from './messages.ts'

/** A pass as its share page shows it. */
export interface SharedPass {
  passJson: PassJson
  card: PassCard
  shareUrl: string
  /** The QR code of `shareUrl`, an SVG. */
  qrSvg: string
  downloadUrl: string
  /** Null while Google Wallet is off. */
  googleSaveUrl: string | null
  /** The name of the issuer; undefined if not known. */
  organization: string | undefined
  /** ISO 8601. */
  expirationDate: string | undefined
  status: PassStatus
}

export interface ShareViewer {
  locale: Locale
  device: Device
  now: Date
}

/** A title that was taken from another field can be very long. */
const MAX_NAME_CHARACTERS = 128

/** Renders the share page of a pass: its front, and the actions that fit the viewer's device. */
export function renderSharePage(
  pass: SharedPass,
  viewer: ShareViewer,
  badges: { apple: ShareBadge; google: ShareBadge | undefined },
): SharePage {
  const messages = sharePageMessages[viewer.locale]
  const card = parseCard(pass.passJson, { images: {}, ...viewer })
  const name = truncate(card.logoText.trim() || card.title, MAX_NAME_CHARACTERS)
  const offer = offers[pass.status]
  const { shareUrl, qrSvg, downloadUrl, googleSaveUrl } = pass
  const hasBarcode = card.barcodes.length > 0
  const data = {
    shareUrl,
    qrSvg,
    downloadUrl,
    googleSaveUrl,
    hasBarcode,
    badge: badges.apple,
    googleBadge: badges.google,
    messages,
    device: viewer.device,
  }
  return renderShareFrame({
    locale: viewer.locale,
    title: name,
    description:
      offer === 'wallet' && googleSaveUrl !== null
        ? messages.google.description
        : messages.descriptions[offer],
    cardColors: pass.card.css,
    body: `<main>
${renderHeader(name, pass, messages)}
${renderNotice(pass, viewer, messages)}
<div class="pass">${pass.card.front}</div>
${actionRenderers[offer](data)}
<div class="more">
${renderSections(pass, card, data, viewer)}
</div>
</main>
${offer === 'wallet' ? `<footer><p>${escapeHtml(messages.private)}</p></footer>` : ''}`,
  })
}

/** Renders the page for an unknown address; it does not reveal whether there ever was a pass. */
export function renderUnknownPassPage(locale: Locale): SharePage {
  const { title, text, help } = sharePageMessages[locale].unknown
  const body = `<main class="unknown">
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
<p>${escapeHtml(help)}</p>
</main>`
  return renderShareFrame({ locale, title, description: text, body })
}

const offers: Record<PassStatus, Offer> = {
  valid: 'wallet',
  development: 'wallet',
  expired: 'file',
  voided: 'file',
  deleted: 'nothing',
  unsigned: 'nothing',
}

/** Whether the page of a pass with this status offers to add it to a wallet. */
export function hasOffer(status: PassStatus): boolean {
  return offers[status] === 'wallet'
}

const actionRenderers: Record<Offer, (data: ActionData) => string> = {
  wallet: renderPrimaryActions,
  file: renderFileLink,
  nothing: () => '',
}

function renderHeader(
  name: string,
  { organization }: SharedPass,
  messages: SharePageMessages,
): string {
  const hasIssuer = organization !== undefined && organization.trim() !== name
  const issuer = hasIssuer
    ? `<p>${fillPlaceholder(messages.from, 'organization', `<bdi>${escapeHtml(organization)}</bdi>`)}</p>`
    : ''
  return `<header class="head"><h1><bdi>${escapeHtml(name)}</bdi></h1>${issuer}</header>`
}

function renderNotice(pass: SharedPass, viewer: ShareViewer, messages: SharePageMessages): string {
  if (pass.status === 'valid') return ''
  const { title, text } = messages.notices[pass.status]
  const date = pass.expirationDate === undefined ? '' : formatDate(pass.expirationDate, viewer)
  return `<p class="notice"><strong>${escapeHtml(title)}</strong> ${fillPlaceholder(text, 'date', escapeHtml(date))}</p>`
}

/** The collapsed sections: other devices, the back, the front as text. */
function renderSections(
  pass: SharedPass,
  card: Card,
  data: ActionData,
  viewer: ShareViewer,
): string {
  const { messages } = data
  const { back } = pass.card
  const front = [
    ...buildFrontEntries(card),
    ...buildBarcodeEntries(card, messages),
    ...buildExpirationEntries(pass, viewer, messages),
  ]
  const sections = [
    ...(hasOffer(pass.status)
      ? [renderSection(messages.otherDevice, renderOtherActions(data))]
      : []),
    ...(back === '' ? [] : [renderSection(messages.back, back)]),
    ...(front.length > 0
      ? [renderSection(messages.asText, renderEntryList(front, messages.unnamed))]
      : []),
  ]
  return sections.join('\n')
}

function renderSection(title: string, html: string): string {
  return `<details><summary>${escapeHtml(title)}</summary><div class="inside">${html}</div></details>`
}

function buildBarcodeEntries({ barcodes: [barcode] }: Card, messages: SharePageMessages): Entry[] {
  const altText = barcode?.altText ?? ''
  return altText.trim() === '' ? [] : [{ name: messages.code, html: escapeHtml(altText) }]
}

function buildExpirationEntries(
  { status, expirationDate }: SharedPass,
  viewer: ShareViewer,
  messages: SharePageMessages,
): Entry[] {
  return status === 'expired' || expirationDate === undefined
    ? []
    : [{ name: messages.validUntil, html: escapeHtml(formatDate(expirationDate, viewer)) }]
}

function formatDate(instant: string, viewer: ShareViewer): string {
  return formatFieldValue({ value: instant, dateStyle: 'PKDateStyleLong' }, viewer)
}

/** Fills HTML into a plain text message. */
function fillPlaceholder(message: string, name: string, html: string): string {
  return escapeHtml(message).replace(`{${name}}`, () => html)
}
