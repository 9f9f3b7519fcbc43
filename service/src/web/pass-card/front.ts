import { escapeXml, renderElement } from '../../text/html.ts'
import { renderBarcode } from './barcode.ts'
import type { Card, CardImage } from './card.ts'
import { escapeLine, nameSizeClass, renderFieldList } from './fields.ts'
import { renderTransitIcon } from './transit.ts'

/** Renders the front of a card, in reading order: its head, the primary fields, its rows, the barcode. */
export function renderFront(card: Card, colorClass: string): string {
  const { layout, images, isFaded, title } = card
  const primary = layout.findPrimary(card)
  const classes = ['pass-card', colorClass, `pc-${layout.shape}`, ...(isFaded ? ['pc-faded'] : [])]
  const hasBackdrop = layout.shape === 'ticket' && primary !== 'on-strip'
  return `<article class="${classes.join(' ')}" dir="ltr" aria-label="${escapeXml(title)}"><div class="pc-face">
${hasBackdrop ? renderImage(images.background, 'backdrop') : ''}
<div class="pc-upper">${renderHead(card)}${primaryRenderers[primary](card)}</div>
<div class="pc-lower">${renderRows(card)}${layout.shape === 'boarding' ? renderImage(images.footer, 'footer') : ''}${renderBarcode(card)}</div>
</div></article>`
}

const MAX_HEADER_FIELDS = 3

/** Logo and logo text on the left, the header fields on the right. */
function renderHead({ images, logoText, title, fields, messages }: Card): string {
  const name = logoText.trim()
  const logo = renderImage(images.logo, 'logo', name === '' ? title : '')
  const text = name === '' ? '' : `<p class="pc-name" dir="auto">${escapeLine(name)}</p>`
  const header = fields.headerFields.slice(0, MAX_HEADER_FIELDS)
  const list = renderFieldList(header, 'pc-header', messages)
  return logo + text + list === '' ? '' : `<div class="pc-head">${logo}${text}${list}</div>`
}

/** The letters of primary fields that fit at their full size, and at the next smaller one. */
const primaryColumns = {
  'beside-thumbnail': [18, 26],
  'on-strip': [14, 22],
  'departure-destination': [5, 11],
} as const

const columnsBesideThumbnail = [11, 15] as const

const primaryRenderers: Record<keyof typeof primaryColumns, (card: Card) => string> = {
  'beside-thumbnail': (card) => {
    const list = renderPrimary(card, 'beside-thumbnail')
    const thumbnail = renderImage(card.images.thumbnail, 'thumbnail')
    return list + thumbnail === '' ? '' : `<div class="pc-main">${list}${thumbnail}</div>`
  },
  'on-strip': (card) => {
    const list = renderPrimary(card, 'on-strip')
    const strip = renderImage(card.images.strip, 'strip')
    if (list + strip === '') return ''
    return `<div class="pc-on-strip${strip === '' ? '' : ' pc-has-strip'}">${strip}${list}</div>`
  },
  'departure-destination': (card) => {
    const list = renderPrimary(card, 'departure-destination')
    if (list === '') return ''
    const { transitType, messages } = card
    const icon = renderTransitIcon(transitType, messages.transit[transitType])
    return `<div class="pc-journey">${list}${icon}</div>`
  },
}

function renderPrimary(card: Card, kind: keyof typeof primaryColumns): string {
  const {
    fields: { primaryFields },
    layout,
    messages,
  } = card
  const fields = primaryFields.slice(0, layout.maxPrimaryFields)
  const longest = fields
    .map(({ value }) => value)
    .reduce((a, b) => (a.length < b.length ? b : a), '')
  const isNarrow = kind === 'beside-thumbnail' && card.images.thumbnail !== undefined
  const columns = isNarrow ? columnsBesideThumbnail : primaryColumns[kind]
  const size = nameSizeClass(longest, columns)
  return renderFieldList(fields, `pc-primary${size}`, messages)
}

/** The letters of a row that fit at its full size, and at the next smaller one. */
const rowColumns = [32, 40] as const

function renderRows(card: Card): string {
  return card.layout
    .listRows(card)
    .map((fields) => {
      const widest = fields.map(({ label, value }) => (value.length < label.length ? label : value))
      const size = nameSizeClass(widest.join('   '), rowColumns)
      return renderFieldList(fields, `pc-row${size}`, card.messages)
    })
    .join('')
}

function renderImage(image: CardImage | undefined, slot: string, alt = ''): string {
  if (image === undefined) return ''
  const { href: src, width, height } = image
  return renderElement('img', { class: `pc-${slot}`, src, width, height, alt: escapeXml(alt) })
}
