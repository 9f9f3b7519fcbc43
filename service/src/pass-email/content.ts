import {
  fillPlaceholders,
  findPlaceholders,
  type Locale,
  type PassColors,
} from '@passwright/shared/schema'
import type { Badge } from '../email/templates/badge.ts'
import {
  renderAdvice,
  renderAdviceWithImage,
  renderCallerMessage,
  renderFullLink,
  renderLineBreaks,
  renderNotice,
  renderParagraph,
  renderRow,
  renderSmallPrint,
} from '../email/templates/blocks.ts'
import {
  type Block,
  buildEmailContent,
  type EmailContent,
  type InlineImage,
} from '../email/templates/content.ts'
import { fontFamily, renderTextAttributes } from '../email/templates/frame.ts'
import { type EmailMessages, fillMessage, type MessageKey } from '../email/templates/messages.ts'
import type { EmailTheme } from '../email/templates/theme.ts'
import { escapeHtml } from '../text/html.ts'
import { toMultiLine, toSingleLine, truncate } from '../text/plain-text.ts'
import { renderCard } from './card.ts'

/** What the email with a pass is rendered from. */
export interface PassEmailData {
  locale: Locale
  /** The recipient; empty if not known. */
  name: string
  /** The caller's own subject and message, with placeholders. */
  subject: string | undefined
  message: string | undefined
  title: string
  organizationName: string
  /** A few fields of the pass. */
  fields: readonly { label: string; value: string }[]
  colors: PassColors
  shareUrl: string
  /** Null while Google Wallet is off. */
  googleSaveUrl: string | null
  /** A PNG of the QR code of `shareUrl` with its quiet zone, at least 360 pixels wide. */
  qr: Uint8Array
  status: 'valid' | 'voided' | 'expired'
  /** Whether the pass has a barcode, which can be shown on any device. */
  hasBarcode: boolean
  /** Signed with the development certificate: iPhones do not accept it. */
  development: boolean
}

const MAX_SUBJECT_CHARACTERS = 200
/** The limit for names in a request; a title that was taken from another field can be longer. */
const MAX_NAME_CHARACTERS = 128
const QR_SIZE_PX = 150

/** Gmail hides what comes after 102 KB of HTML. */
const MAX_HTML_BYTES = 96_000

/** The badges of one language; Google's only where the operator has it. */
interface WalletBadges {
  apple: Badge
  google: Badge | undefined
}

type PlaceholderValues = Record<'name' | 'title' | 'organizationName', string>

/** Builds the email that delivers a pass. */
export function buildPassEmail(data: PassEmailData, theme: EmailTheme): EmailContent {
  const messages = theme.messages[data.locale]
  const badges = { apple: theme.badges[data.locale], google: theme.googleBadges[data.locale] }
  const shorten = (text: string) => truncate(toSingleLine(text), MAX_NAME_CHARACTERS)
  const values = {
    name: shorten(data.name),
    title: shorten(data.title) || shorten(data.organizationName),
    organizationName: shorten(data.organizationName),
  }
  const callerMessage =
    data.message === undefined ? '' : toMultiLine(fillCallerText(data.message, values))
  const build = (text: string) => buildContent(data, values, messages, badges, text)
  const email = build(callerMessage)
  const excessBytes = Buffer.byteLength(email.html) - MAX_HTML_BYTES
  return excessBytes <= 0 ? email : build(shortenByHtmlBytes(callerMessage, excessBytes))
}

function buildContent(
  data: PassEmailData,
  values: PlaceholderValues,
  messages: EmailMessages,
  badges: WalletBadges,
  callerMessage: string,
): EmailContent {
  const fill = (key: MessageKey) => fillMessage(messages[chooseKey(key, data)], values)
  return buildEmailContent({
    locale: data.locale,
    subject: buildSubject(data, values, messages),
    preheader: fill('preheader').text,
    blocks: [
      ...selectNotices(data).map((key) => renderNotice(fill(key))),
      ...renderGreeting(data, values, messages),
      ...(callerMessage === ''
        ? selectDefaultMessages(data).map((key) => renderParagraph(fill(key)))
        : [renderCallerMessage(callerMessage)]),
      renderCard({ ...data, ...values }),
      ...(data.status === 'valid'
        ? renderActions(data, messages, badges)
        : [renderFullLink(fill('link'), data.shareUrl)]),
    ],
    footer: [renderSmallPrint(fill('why'))],
    images: data.status === 'valid' ? buildImages(data, badges) : [],
  })
}

/** Texts that name a wallet or a phone, and what stands there while Google Wallet is on. */
const keysWithGoogle: { [Key in MessageKey]?: MessageKey } = {
  preheader: 'preheaderWithGoogle',
  invitation: 'invitationWithGoogle',
  computerScan: 'computerScanWithGoogle',
  computerOpen: 'computerOpenWithGoogle',
}

function chooseKey(key: MessageKey, { googleSaveUrl }: PassEmailData): MessageKey {
  return googleSaveUrl === null ? key : (keysWithGoogle[key] ?? key)
}

/** Renders the badge, and what to do on each kind of device. */
function renderActions(
  data: PassEmailData,
  messages: EmailMessages,
  badges: WalletBadges,
): Block[] {
  const fill = (key: MessageKey) => fillMessage(messages[chooseKey(key, data)])
  const { shareUrl, googleSaveUrl } = data
  const howWithoutGoogle = data.hasBarcode ? 'androidHow' : 'androidHowWithoutCode'
  return [
    renderBadgeLink(badges.apple, BADGE_CID, shareUrl),
    ...(googleSaveUrl === null ? [] : [renderGoogleLink(googleSaveUrl, messages, badges.google)]),
    renderParagraph(fill('attached')),
    renderAdviceWithImage(
      { html: renderImage(QR_CID, messages.codeAlt, QR_SIZE_PX, QR_SIZE_PX), width: QR_SIZE_PX },
      fill('computer'),
      { html: fill('computerScan').html, text: fill('computerOpen').text },
    ),
    renderAdvice(fill('android'), fill(googleSaveUrl === null ? howWithoutGoogle : 'googleHow')),
    // The plain text version has the link already, below the text of the badge.
    { ...renderFullLink(fill('link'), shareUrl), text: '' },
  ]
}

const BADGE_CID = 'badge@passwright'
const GOOGLE_BADGE_CID = 'google-badge@passwright'
const QR_CID = 'qr-code@passwright'

function buildImages({ qr, googleSaveUrl }: PassEmailData, badges: WalletBadges): InlineImage[] {
  const { apple, google } = badges
  return [
    { cid: BADGE_CID, fileName: 'badge.png', png: apple.png },
    ...(google && googleSaveUrl !== null
      ? [{ cid: GOOGLE_BADGE_CID, fileName: 'google-badge.png', png: google.png }]
      : []),
    { cid: QR_CID, fileName: 'qr-code.png', png: qr },
  ]
}

function selectNotices({ status, development }: PassEmailData): MessageKey[] {
  return [
    ...(status === 'valid' ? [] : [status]),
    ...(development ? (['development'] as const) : []),
  ]
}

/** Only a pass that iPhones accept is worth adding to Wallet. */
function selectDefaultMessages({ status, development }: PassEmailData): MessageKey[] {
  return status === 'valid' && !development ? ['message', 'invitation'] : ['message']
}

/** A caller's message that uses {{name}} contains its own greeting. */
function renderGreeting(
  data: PassEmailData,
  { name }: PlaceholderValues,
  messages: EmailMessages,
): Block[] {
  if (findPlaceholders(data.message ?? '').includes('name')) return []
  const key = name === '' ? 'greetingWithoutName' : 'greeting'
  return [renderParagraph(fillMessage(messages[key], { name }))]
}

function buildSubject(
  { subject }: PassEmailData,
  values: PlaceholderValues,
  messages: EmailMessages,
): string {
  const callerSubject = subject === undefined ? '' : toSingleLine(fillCallerText(subject, values))
  const defaultSubject = toSingleLine(fillMessage(messages.subject, values).text)
  return truncate(callerSubject || defaultSubject, MAX_SUBJECT_CHARACTERS)
}

/** Fills in a caller's text; if the name is not known, the space before it is removed too. */
function fillCallerText(text: string, values: PlaceholderValues): string {
  const template = values.name === '' ? text.replace(/[ \t]+(\{\{\s*name\s*\}\})/g, '$1') : text
  return fillPlaceholders(template, values)
}

/** Truncates a text so that its HTML becomes shorter by this many bytes. */
function shortenByHtmlBytes(text: string, bytes: number): string {
  let remaining = Buffer.byteLength(renderLineBreaks(text)) - bytes - Buffer.byteLength('…')
  const kept: string[] = []
  for (const character of text) {
    remaining -= Buffer.byteLength(renderLineBreaks(character))
    if (remaining < 0) break
    kept.push(character)
  }
  return `${kept.join('').trimEnd()}…`
}

/** Google's button where the operator has it, else a link in words. */
function renderGoogleLink(url: string, messages: EmailMessages, badge: Badge | undefined): Block {
  if (badge) return renderBadgeLink(badge, GOOGLE_BADGE_CID, url)
  const { text, html } = fillMessage(messages.google)
  const style = `${fontFamily};font-size:16px;line-height:24px;font-weight:bold`
  return {
    text: `${text}:\n${url}`,
    html: renderRow(
      `<a href="${escapeHtml(url)}" ${renderTextAttributes('link', style)}>${html}</a>`,
    ),
  }
}

function renderBadgeLink(badge: Badge, cid: string, url: string): Block {
  const style = `${fontFamily};font-size:16px;line-height:24px;font-weight:bold`
  const image = renderImage(cid, badge.alt, badge.width, badge.height)
  return {
    text: `${badge.alt}:\n${url}`,
    html: renderRow(
      `<a href="${escapeHtml(url)}" ${renderTextAttributes('link', style)}>${image}</a>`,
    ),
  }
}

function renderImage(cid: string, alt: string, width: number, height: number): string {
  return `<img src="cid:${cid}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" border="0" style="display:block;max-width:100%;border:0">`
}
