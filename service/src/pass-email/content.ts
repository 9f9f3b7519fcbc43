import { findPlaceholders, type Locale, type PassColors } from '@passwright/shared/schema'
import {
  renderCallerMessage,
  renderFullLink,
  renderNotice,
  renderParagraph,
  renderSmallPrint,
} from '../email/templates/blocks.ts'
import { type Block, buildEmailContent, type EmailContent } from '../email/templates/content.ts'
import { type EmailMessages, fillMessage, type MessageKey } from '../email/templates/messages.ts'
import type { EmailTheme } from '../email/templates/theme.ts'
import { toMultiLine, toSingleLine, truncate } from '../text/plain-text.ts'
import { buildImages, chooseKey, renderActions, type WalletBadges } from './actions.ts'
import { fillCallerText, type PlaceholderValues, shortenByHtmlBytes } from './caller-text.ts'
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
/** Gmail hides what comes after 102 KB of HTML. */
const MAX_HTML_BYTES = 96_000

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
