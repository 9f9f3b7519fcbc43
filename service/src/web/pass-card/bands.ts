import type { FieldGroup } from '@passwright/shared/schema'
import type { Card } from './card.ts'
import { packedRight, shared, spread } from './columns.ts'
import { drawFields, type FieldLook, fieldLines, LINE_HEIGHT, rowHeight } from './fields.ts'
import { type CardImage, fittedInto } from './image.ts'
import { amount, type Drawn, element, textAt } from './svg.ts'
import { fitted, oneLine, type Type } from './text-line.ts'

/** Where a band may be drawn; how high it becomes is its own affair. */
export interface Place {
  left: number
  top: number
  width: number
}

/** Draws one band of a card's front; a height of 0 where there is nothing to show. */
export type Band = (card: Card, place: Place) => Drawn

const GAP = 12
const NOTHING: Drawn = { svg: '', width: 0, height: 0 }

const LOGO = { width: 160, height: 50 }
const LOGO_TEXT: Type = { size: 17, least: 12 }
const HEADER: FieldLook = { value: { size: 17, least: 12 }, side: 'right' }

/** Logo and logo text on the left, the header's fields on the right. */
export const head: Band = (card, { left, top, width }) => {
  const logo = card.images.logo
  const logoSize = logo ? fittedInto(logo, LOGO.width, LOGO.height) : { width: 0, height: 0 }
  const fields = card.fields.headerFields.slice(0, 3).map((field) => fieldLines(field, HEADER))
  const title = oneLine(card.logoText, LOGO_TEXT)
  const isEmpty = !logo && fields.length === 0 && title.text === ''
  if (isEmpty) return NOTHING

  const taken = logo ? logoSize.width + GAP : 0
  const needs = [title.width, ...fields.map((field) => field.width)]
  const gaps = GAP * fields.length
  const [titleWidth = 0, ...fieldWidths] = shared(needs, width - taken - gaps)
  const fieldsWidth = fieldWidths.reduce((sum, one) => sum + one + GAP, -GAP)
  const columns = packedRight(fieldWidths, left + width, fieldsWidth, GAP)

  const fieldsHeight = rowHeight(fields, HEADER)
  const height = Math.max(logoSize.height, fieldsHeight, LOGO_TEXT.size * LINE_HEIGHT)
  const fieldsTop = top + (height - fieldsHeight) / 2
  const titleY = top + height / 2 + LOGO_TEXT.size * 0.35
  const svg =
    (logo ? drawImage(logo, left, top + (height - logoSize.height) / 2, logoSize, card) : '') +
    textAt(fitted(title, LOGO_TEXT, titleWidth + 0.1), left + taken, titleY, {
      fill: card.colors.foreground,
    }) +
    drawFields(fields, columns, fieldsTop, HEADER, card.colors)
  return { svg, width, height }
}

const PRIMARY: FieldLook = { value: { size: 30, least: 19 } }
const THUMBNAIL = 90

/** The first primary field, large, and the thumbnail on its right. */
export const primaryBesideThumbnail: Band = (card, { left, top, width }) => {
  const fields = card.fields.primaryFields.slice(0, 1).map((field) => fieldLines(field, PRIMARY))
  const { thumbnail } = card.images
  const size = thumbnail ? fittedInto(thumbnail, THUMBNAIL, THUMBNAIL) : { width: 0, height: 0 }
  const column = { left, width: width - (thumbnail ? size.width + GAP : 0) }
  const texts = drawFields(fields, [column], top, PRIMARY, card.colors)
  const image = thumbnail ? drawImage(thumbnail, left + width - size.width, top, size, card) : ''
  return { svg: texts + image, width, height: Math.max(rowHeight(fields, PRIMARY), size.height) }
}

const ROW: FieldLook = { value: { size: 18, least: 13 } }
const ROW_GAP = 12
const MOST_IN_A_ROW = 4

/** Rows of fields over the whole width. */
export const fieldRows: Band = (card, { left, top, width }) => {
  const rows = rowsOf(card).map((groups) =>
    groups
      .flatMap((group) => card.fields[group])
      .slice(0, MOST_IN_A_ROW)
      .map((field) => fieldLines(field, ROW)),
  )
  let svg = ''
  let y = top
  for (const fields of rows.filter(({ length }) => length > 0)) {
    const needs = fields.map((field) => field.width)
    svg += drawFields(fields, spread(needs, left, width, GAP), y, ROW, card.colors)
    y += rowHeight(fields, ROW) + ROW_GAP
  }
  return svg === '' ? NOTHING : { svg, width, height: y - ROW_GAP - top }
}

/** A square code leaves room for fewer rows. */
function rowsOf({ layout, code }: Card): readonly (readonly FieldGroup[])[] {
  return code?.isSquare ? layout.rowsAboveSquareCode : layout.rows
}

function drawImage(
  { href }: CardImage,
  x: number,
  y: number,
  { width, height }: { width: number; height: number },
  { isFaded }: Card,
): string {
  return element('image', {
    href,
    x: amount(x),
    y: amount(y),
    width: amount(width),
    height: amount(height),
    opacity: isFaded ? 0.35 : undefined,
  })
}
