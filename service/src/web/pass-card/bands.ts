import type { FieldGroup } from '@passwright/shared/schema'
import { renderElement } from '../../text/html.ts'
import type { Card, CardImage } from './card.ts'
import {
  alignColumnsRight,
  distributeWidth,
  type FieldStyle,
  justifyColumns,
  LINE_HEIGHT,
  measureRowHeight,
  renderFields,
  toFieldLines,
} from './fields.ts'
import { type Drawing, emptyDrawing, formatLength, renderTextLine } from './svg.ts'
import { type FontSpec, fitLine, toTextLine } from './text-line.ts'

/** Where a band is drawn; its height depends on its content. */
export interface BandArea {
  left: number
  top: number
  width: number
}

/** Renders one band of a card's front; the height is 0 if there is nothing to show. */
export type RenderBand = (card: Card, area: BandArea) => Drawing

const GAP = 12

const LOGO = { width: 160, height: 50 }
const LOGO_TEXT: FontSpec = { size: 17, minSize: 12 }
const HEADER: FieldStyle = { value: { size: 17, minSize: 12 }, alignment: 'right' }
const MAX_HEADER_FIELDS = 3

/** Renders logo and logo text on the left, the header fields on the right. */
export const renderHeader: RenderBand = (card, { left, top, width }) => {
  const { logo } = card.images
  const logoSize = logo ? fitInto(logo, LOGO.width, LOGO.height) : { width: 0, height: 0 }
  const fields = card.fields.headerFields
    .slice(0, MAX_HEADER_FIELDS)
    .map((field) => toFieldLines(field, HEADER))
  const logoText = toTextLine(card.logoText, LOGO_TEXT)
  const isEmpty = !logo && fields.length === 0 && logoText.text === ''
  if (isEmpty) return emptyDrawing

  const logoWidth = logo ? logoSize.width + GAP : 0
  const needs = [logoText.width, ...fields.map((field) => field.width)]
  const gaps = GAP * fields.length
  const [logoTextWidth = 0, ...fieldWidths] = distributeWidth(needs, width - logoWidth - gaps)
  const fieldsWidth = fieldWidths.reduce((sum, fieldWidth) => sum + fieldWidth + GAP, -GAP)
  const columns = alignColumnsRight(fieldWidths, left + width, fieldsWidth, GAP)

  const fieldsHeight = measureRowHeight(fields, HEADER)
  const height = Math.max(logoSize.height, fieldsHeight, LOGO_TEXT.size * LINE_HEIGHT)
  const fieldsTop = top + (height - fieldsHeight) / 2
  const logoTextY = top + height / 2 + LOGO_TEXT.size * 0.35
  const fittedLogoText = fitLine(logoText, LOGO_TEXT, logoTextWidth + 0.1)
  const svg =
    (logo ? renderImage(logo, left, top + (height - logoSize.height) / 2, logoSize, card) : '') +
    renderTextLine(fittedLogoText, left + logoWidth, logoTextY, { fill: card.colors.foreground }) +
    renderFields(fields, columns, fieldsTop, HEADER, card.colors)
  return { svg, width, height }
}

const PRIMARY: FieldStyle = { value: { size: 30, minSize: 19 } }
const THUMBNAIL = 90

/** Renders the first primary field, large, and the thumbnail on its right. */
export const renderPrimaryBesideThumbnail: RenderBand = (card, { left, top, width }) => {
  const fields = card.fields.primaryFields.slice(0, 1).map((field) => toFieldLines(field, PRIMARY))
  const { thumbnail } = card.images
  const size = thumbnail ? fitInto(thumbnail, THUMBNAIL, THUMBNAIL) : { width: 0, height: 0 }
  const column = { left, width: width - (thumbnail ? size.width + GAP : 0) }
  const texts = renderFields(fields, [column], top, PRIMARY, card.colors)
  const image = thumbnail ? renderImage(thumbnail, left + width - size.width, top, size, card) : ''
  const height = Math.max(measureRowHeight(fields, PRIMARY), size.height)
  return { svg: texts + image, width, height }
}

const ROW: FieldStyle = { value: { size: 18, minSize: 13 } }
const ROW_GAP = 12
const MAX_FIELDS_PER_ROW = 4

/** Renders rows of fields over the whole width. */
export const renderFieldRows: RenderBand = (card, { left, top, width }) => {
  const rows = getRows(card).map((groups) =>
    groups
      .flatMap((group) => card.fields[group])
      .slice(0, MAX_FIELDS_PER_ROW)
      .map((field) => toFieldLines(field, ROW)),
  )
  let svg = ''
  let y = top
  for (const fields of rows.filter(({ length }) => length > 0)) {
    const columns = justifyColumns(
      fields.map((field) => field.width),
      left,
      width,
      GAP,
    )
    svg += renderFields(fields, columns, y, ROW, card.colors)
    y += measureRowHeight(fields, ROW) + ROW_GAP
  }
  return svg === '' ? emptyDrawing : { svg, width, height: y - ROW_GAP - top }
}

/** A square barcode leaves space for fewer rows. */
function getRows({ layout, code }: Card): readonly (readonly FieldGroup[])[] {
  return code?.isSquare ? layout.rowsAboveSquareBarcode : layout.rows
}

interface Size {
  width: number
  height: number
}

/** Scales an image down to fit into a box; it is never enlarged. */
function fitInto(image: CardImage, maxWidth: number, maxHeight: number): Size {
  const factor = Math.min(1, maxWidth / image.width, maxHeight / image.height)
  return { width: image.width * factor, height: image.height * factor }
}

function renderImage(
  { href }: CardImage,
  x: number,
  y: number,
  { width, height }: Size,
  { isFaded }: Card,
): string {
  return renderElement('image', {
    href,
    x: formatLength(x),
    y: formatLength(y),
    width: formatLength(width),
    height: formatLength(height),
    opacity: isFaded ? 0.35 : undefined,
  })
}
