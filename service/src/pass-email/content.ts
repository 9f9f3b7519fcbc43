import {
  fillPlaceholders,
  type Locale,
  type PassColors,
  placeholdersIn,
} from '@passwright/shared/schema'
import {
  advice,
  adviceBeside,
  breaks,
  fullLink,
  message,
  notice,
  paragraph,
  row,
  smallPrint,
} from '../email/templates/blocks.ts'
import {
  type Block,
  buildEmailContent,
  type EmailContent,
  type InlineImage,
} from '../email/templates/content.ts'
import { font, ink } from '../email/templates/frame.ts'
import { type EmailMessages, fillMessage } from '../email/templates/messages.ts'
import type { EmailTheme } from '../email/templates/theme.ts'
import { toMultiLine, toSingleLine, truncate } from '../text/plain-text.ts'
import type { Badge } from '../web/badge.ts'
import { escapeHtml } from '../web/page.ts'
import { renderCard } from './card.ts'

/** What the letter with a pass is about. */
export interface PassEmailData {
  locale: Locale
  /** Who is greeted; empty when not known. */
  name: string
  /** The caller's own words, placeholders not yet filled in. */
  subject: string | undefined
  message: string | undefined
  title: string
  organizationName: string
  /** A few texts of the card. */
  fields: readonly { label: string; value: string }[]
  colors: PassColors
  shareUrl: string
  /** A PNG of a QR code of the link with its quiet zone, at least 360 pixels wide. */
  qr: Uint8Array
  state: 'valid' | 'voided' | 'expired'
  /** Whether there is a code on it to show at a desk. */
  hasCode: boolean
  /** Signed by the development certificate: iPhones refuse it. */
  development: boolean
}

const LONGEST_SUBJECT = 200
/** As long as names may be; a title that was taken from another field can be longer. */
const LONGEST_NAME = 128
const QR_WIDTH = 150

/** Gmail hides what comes after 102 KB of HTML. */
const MOST_HTML_BYTES = 96_000

/** The mail that brings a pass. */
export function buildPassEmail(facts: PassEmailData, stationery: EmailTheme): EmailContent {
  const words = stationery.messages[facts.locale]
  const badge = stationery.badges[facts.locale]
  const short = (text: string) => truncate(toSingleLine(text), LONGEST_NAME)
  const known = {
    name: short(facts.name),
    title: short(facts.title) || short(facts.organizationName),
    organizationName: short(facts.organizationName),
  }
  const own = facts.message === undefined ? '' : toMultiLine(fill(facts.message, known))
  const write = (message: string) => composed(facts, known, words, badge, message)
  const whole = write(own)
  const excess = Buffer.byteLength(whole.html) - MOST_HTML_BYTES
  return excess <= 0 ? whole : write(fitting(own, excess))
}

type Known = Record<'name' | 'title' | 'organizationName', string>

function composed(
  facts: PassEmailData,
  known: Known,
  words: EmailMessages,
  badge: Badge,
  own: string,
): EmailContent {
  const say = (key: keyof EmailMessages) => fillMessage(words[key], known)
  const { shareUrl } = facts
  return buildEmailContent({
    locale: facts.locale,
    subject: subjectOf(facts, known, words),
    preheader: say('preheader').text,
    blocks: [
      ...noticesOf(facts).map((key) => notice(say(key))),
      ...greetingOf(facts, known, words),
      ...(own === '' ? ownWords(facts).map((key) => paragraph(say(key))) : [message(own)]),
      renderCard({ ...facts, ...known }),
      ...(isOver(facts) ? [fullLink(say('link'), shareUrl)] : waysIntoWallet(facts, words, badge)),
    ],
    footer: [smallPrint(say('why'))],
    images: isOver(facts) ? [] : picturesOf(facts, badge),
  })
}

/** The badge, and what to do on every kind of device. */
function waysIntoWallet(facts: PassEmailData, words: EmailMessages, badge: Badge): Block[] {
  const say = (key: keyof EmailMessages) => fillMessage(words[key])
  const { shareUrl } = facts
  return [
    badgeLink(badge, shareUrl),
    paragraph(say('attached')),
    adviceBeside(
      { html: picture(qrCid, words.codeAlt, QR_WIDTH, QR_WIDTH), width: QR_WIDTH },
      say('computer'),
      { html: say('computerScan').html, text: say('computerOpen').text },
    ),
    advice(say('android'), say(facts.hasCode ? 'androidHow' : 'androidHowWithoutCode')),
    // The text version has the link below the words of the badge.
    { ...fullLink(say('link'), shareUrl), text: '' },
  ]
}

function picturesOf({ qr }: PassEmailData, badge: Badge): InlineImage[] {
  return [
    { cid: badgeCid, fileName: 'badge.png', png: badge.png },
    { cid: qrCid, fileName: 'qr-code.png', png: qr },
  ]
}

const badgeCid = 'badge@passwright'
const qrCid = 'qr-code@passwright'

/** What a reader must know before everything else. */
function noticesOf({ state, development }: PassEmailData): (keyof EmailMessages)[] {
  return [...(state === 'valid' ? [] : [state]), ...(development ? (['development'] as const) : [])]
}

/** Void or expired: what is no longer valid, nobody is invited to add. */
function isOver({ state }: PassEmailData): boolean {
  return state !== 'valid'
}

/** Nor what iPhones refuse. */
function ownWords(facts: PassEmailData): (keyof EmailMessages)[] {
  return !isOver(facts) && !facts.development ? ['message', 'invitation'] : ['message']
}

/** A message that names the reader greets by itself. */
function greetingOf(facts: PassEmailData, { name }: Known, words: EmailMessages): Block[] {
  if (placeholdersIn(facts.message ?? '').includes('name')) return []
  const key = name === '' ? 'greetingWithoutName' : 'greeting'
  return [paragraph(fillMessage(words[key], { name }))]
}

function subjectOf(facts: PassEmailData, known: Known, words: EmailMessages): string {
  const own = facts.subject === undefined ? '' : toSingleLine(fill(facts.subject, known))
  return truncate(own || toSingleLine(fillMessage(words.subject, known).text), LONGEST_SUBJECT)
}

/** Fills the caller's words in; a name that is not known takes the blank before it along. */
function fill(text: string, known: Known): string {
  const closed = known.name === '' ? text.replace(/[ \t]+(\{\{\s*name\s*\}\})/g, '$1') : text
  return fillPlaceholders(closed, known)
}

/** As much of a message as leaves its HTML so many bytes shorter. */
function fitting(text: string, excess: number): string {
  let left = Buffer.byteLength(breaks(text)) - excess - Buffer.byteLength('…')
  const kept: string[] = []
  for (const character of text) {
    left -= Buffer.byteLength(breaks(character))
    if (left < 0) break
    kept.push(character)
  }
  return `${kept.join('').trimEnd()}…`
}

function badgeLink(badge: Badge, url: string): Block {
  const style = `${font};font-size:16px;line-height:24px;font-weight:bold`
  const image = picture(badgeCid, badge.alt, badge.width, badge.height)
  return {
    text: `${badge.alt}:\n${url}`,
    html: row(`<a href="${escapeHtml(url)}" ${ink('link', style)}>${image}</a>`),
  }
}

function picture(cid: string, alt: string, width: number, height: number): string {
  return `<img src="cid:${cid}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" border="0" style="display:block;max-width:100%;border:0">`
}
