import type { Locale } from '@passwright/shared/schema'
import type { PassPicture } from '../../passes/picture-of.ts'
import type { PassStatus } from '../../passes/status.ts'
import { truncate } from '../../text/plain-text.ts'
import type { Badge } from '../badge.ts'
import { escapeHtml } from '../page.ts'
import { type Card, parseCard } from '../pass-card/card.ts'
import { formatFieldValue } from '../pass-card/field-text.ts'
import {
  type ActionData,
  renderFileLink,
  renderOtherActions,
  renderPrimaryActions,
} from './actions.ts'
import type { Device } from './device.ts'
import { buildBackEntries, buildFrontEntries, type Entry, renderEntryList } from './entries.ts'
import { renderShareFrame } from './frame.ts'
import { type Offer, type SharePageMessages, sharePageMessages } from './messages.ts'

/** What the share page tells of a pass. */
export interface SharedPass extends PassPicture {
  shareUrl: string
  downloadUrl: string
  /** Who gives it, where that is known by name. */
  organization: string | undefined
  expirationDate: string | undefined
  status: PassStatus
}

/** Who reads the share page, and when. */
export interface ShareViewer {
  locale: Locale
  device: Device
  now: Date
}

/** A title that was taken from another field can be as long as a page. */
const LONGEST_NAME = 128

/** The share page of a pass: its picture, and the way to get it that fits the reader. */
export function renderSharePage(pass: SharedPass, reader: ShareViewer, badge: Badge): string {
  const words = sharePageMessages[reader.locale]
  const card = parseCard(pass.passJson, { images: {}, ...reader })
  const name = truncate(card.logoText.trim() || card.title, LONGEST_NAME)
  const offer = offers[pass.status]
  const { shareUrl, downloadUrl } = pass
  const hasCode = card.code !== undefined
  const parts = { shareUrl, downloadUrl, hasCode, badge, words, device: reader.device }
  return renderShareFrame({
    locale: reader.locale,
    title: name,
    description: words.descriptions[offer],
    body: `<main>
${head(name, pass, words)}
${notice(pass, reader, words)}
<div class="pass">${pass.front}</div>
${waysOf[offer](parts)}
<div class="more">
${more(pass, card, parts, reader)}
</div>
</main>
${offer === 'wallet' ? `<footer><p>${escapeHtml(words.private)}</p></footer>` : ''}`,
  })
}

/** The page where there is no pass; it tells nothing of whether there ever was one. */
export function renderUnknownPassPage(locale: Locale): string {
  const { title, text, help } = sharePageMessages[locale].unknown
  const body = `<main class="alone">
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

const waysOf: Record<Offer, (parts: ActionData) => string> = {
  wallet: renderPrimaryActions,
  file: renderFileLink,
  nothing: () => '',
}

function head(name: string, { organization }: SharedPass, words: SharePageMessages): string {
  const isNew = organization !== undefined && organization.trim() !== name
  const from = isNew
    ? `<p>${fill(words.from, 'organization', `<bdi>${escapeHtml(organization)}</bdi>`)}</p>`
    : ''
  return `<header class="head"><h1><bdi>${escapeHtml(name)}</bdi></h1>${from}</header>`
}

function notice(pass: SharedPass, reader: ShareViewer, words: SharePageMessages): string {
  if (pass.status === 'valid') return ''
  const { title, text } = words.notices[pass.status]
  const date = pass.expirationDate === undefined ? '' : dateOf(pass.expirationDate, reader)
  return `<p class="notice"><strong>${escapeHtml(title)}</strong> ${fill(text, 'date', escapeHtml(date))}</p>`
}

/** What is behind a question or a heading, each to be opened. */
function more(pass: SharedPass, card: Card, parts: ActionData, reader: ShareViewer): string {
  const { words } = parts
  const back = buildBackEntries(pass.passJson, reader)
  const front = [
    ...buildFrontEntries(card),
    ...codeEntry(card, words),
    ...untilEntry(pass, reader, words),
  ]
  const list = (entries: readonly Entry[]) => renderEntryList(entries, words.unnamed)
  const sections = [
    ...(offers[pass.status] === 'wallet'
      ? [section(words.otherDevice, renderOtherActions(parts))]
      : []),
    ...(back.length > 0 ? [section(words.back, list(back))] : []),
    ...(front.length > 0 ? [section(words.asText, list(front))] : []),
  ]
  return sections.join('\n')
}

function section(title: string, html: string): string {
  return `<details><summary>${escapeHtml(title)}</summary><div class="inside">${html}</div></details>`
}

function codeEntry({ code }: Card, words: SharePageMessages): Entry[] {
  const altText = code?.altText ?? ''
  return altText.trim() === '' ? [] : [{ name: words.code, html: escapeHtml(altText) }]
}

function untilEntry(pass: SharedPass, reader: ShareViewer, words: SharePageMessages): Entry[] {
  return pass.status === 'expired' || pass.expirationDate === undefined
    ? []
    : [{ name: words.validUntil, html: escapeHtml(dateOf(pass.expirationDate, reader)) }]
}

function dateOf(instant: string, reader: ShareViewer): string {
  return formatFieldValue({ value: instant, dateStyle: 'PKDateStyleLong' }, reader)
}

/** Puts finished HTML into a sentence of ours. */
function fill(sentence: string, name: string, html: string): string {
  return escapeHtml(sentence).replace(`{${name}}`, () => html)
}
