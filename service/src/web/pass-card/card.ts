import { Buffer } from 'node:buffer'
import { type FieldGroup, fieldGroups } from '@passwright/shared/schema'
import { z } from 'zod'
import { formatFieldValue, stripTags, type Viewer } from '../../apple/fields/field-text.ts'
import type { PassJson } from '../../apple/pass-json.ts'
import { escapeXml } from '../../text/html.ts'
import { type Barcode, type Code, drawBarcode, isDrawable } from '../barcode-svg.ts'
import { type CardColors, toCardColors } from './card-colors.ts'
import { renderLinks } from './links.ts'
import { type CardMessages, cardMessages, type TransitType } from './messages.ts'
import type { PassCardOptions } from './pass-card.ts'
import { findStyle, type StyleLayout } from './styles.ts'
import { findTransitType } from './transit.ts'

/** The visible parts of a pass.json, with its values formatted. */
export interface Card {
  title: string
  layout: StyleLayout
  colors: CardColors
  logoText: string
  fields: Record<FieldGroup, CardField[]>
  /** Those that can be drawn, in the order in which Wallet tries them. */
  barcodes: CardBarcode[]
  /** Its barcode as it is drawn, if it has one that can be; only the front needs it. */
  code: CardCode | undefined
  images: Partial<Record<string, CardImage>>
  transitType: TransitType
  messages: CardMessages
  /** Voided or expired: Wallet fades such a pass, and its barcode cannot be scanned. */
  isFaded: boolean
}

/** A barcode to draw, and the text that Wallet shows below it. */
export interface CardBarcode extends Barcode {
  altText: string
}

/** A barcode as it is drawn on the card. */
export interface CardCode extends Code {
  altText: string
}

export interface CardField {
  label: string
  value: string
  /** The value as escaped HTML: a field of the back may have links. */
  html: string
  /** The row of an auxiliary field of an event ticket. */
  row: 0 | 1
  /** Undefined if the direction of the text decides. */
  alignment: 'left' | 'center' | 'right' | undefined
}

/** An image of a pass with the size at which Wallet shows it, in points. */
export interface CardImage {
  href: string
  width: number
  height: number
}

/** Parses a pass.json, which may hold raw keys from the caller: invalid parts are left out. */
export function parseCard(passJson: PassJson, options: PassCardOptions): Card {
  const pass = Pass.parse(passJson)
  const { style, layout } = findStyle(passJson)
  const groups = Groups.parse(passJson[style])
  const isFaded = pass.voided || Date.parse(pass.expirationDate) < options.now.getTime()
  return {
    title: pass.description,
    layout,
    colors: toCardColors(pass, isFaded),
    logoText: pass.logoText,
    fields: mapGroups((group) =>
      groups[group].map((field) => toCardField(field, group, options)).filter(isNotBlank),
    ),
    barcodes: parseBarcodes(passJson),
    code: options.code,
    transitType: findTransitType(Transit.parse(passJson[style]).transitType),
    messages: cardMessages[options.locale],
    images: Object.fromEntries(
      Object.entries(options.images).flatMap(([slot, png]) => {
        const image = parseCardImage(png)
        return image === undefined ? [] : [[slot, image]]
      }),
    ),
    isFaded,
  }
}

const text = z.string().catch('')
const optionalText = z.string().optional().catch(undefined)
const value = z.union([z.string(), z.number()])

const BarcodeEntry = z.object({
  format: text,
  message: text,
  messageEncoding: text,
  altText: text,
})

const Pass = z.object({
  description: text,
  logoText: text,
  backgroundColor: text,
  foregroundColor: text,
  labelColor: text,
  voided: z.boolean().catch(false),
  expirationDate: text,
})

const Barcodes = z.array(BarcodeEntry.catch(BarcodeEntry.parse({}))).catch([])

const Field = z.object({
  label: text,
  value: value.catch(''),
  attributedValue: value.optional().catch(undefined),
  textAlignment: optionalText,
  dateStyle: optionalText,
  timeStyle: optionalText,
  isRelative: z.boolean().catch(false),
  numberStyle: optionalText,
  currencyCode: optionalText,
  row: z.union([z.literal(0), z.literal(1)]).catch(0),
})

const Transit = z.object({ transitType: text }).catch({ transitType: '' })

const Fields = z.array(Field.catch(Field.parse({}))).catch([])
const Groups = z
  .object(mapGroups(() => Fields))
  .catch(() => mapGroups((): z.infer<typeof Fields> => []))

/** Parses the barcodes of a pass.json that can be drawn, in the order in which Wallet tries them. */
export function parseBarcodes({ barcodes }: PassJson): CardBarcode[] {
  return Barcodes.parse(barcodes).filter(isDrawable)
}

/** Draws the first barcode that its symbology can carry. */
export async function drawFirstBarcode(
  barcodes: readonly CardBarcode[],
  owner?: string,
): Promise<CardCode | undefined> {
  for (const barcode of barcodes) {
    const code = await drawBarcode(barcode, owner)
    if (code !== undefined) return { ...code, altText: barcode.altText }
  }
  return undefined
}

function toCardField(field: z.infer<typeof Field>, group: FieldGroup, viewer: Viewer): CardField {
  const { label, attributedValue, textAlignment = '', row } = field
  const alignment = alignments[textAlignment]
  if (group === 'backFields' && attributedValue !== undefined) {
    const markup = String(attributedValue)
    return { label, value: stripTags(markup), html: renderLinks(markup), row, alignment }
  }
  const text = formatFieldValue(field, viewer)
  return { label, value: text, html: escapeXml(text), row, alignment }
}

const alignments: Record<string, CardField['alignment']> = {
  PKTextAlignmentLeft: 'left',
  PKTextAlignmentCenter: 'center',
  PKTextAlignmentRight: 'right',
}

function isNotBlank({ label, value }: CardField): boolean {
  return label.trim() !== '' || value.trim() !== ''
}

/** Builds the object `{group: value}` for every field group. */
function mapGroups<T>(toValue: (group: FieldGroup) => T): Record<FieldGroup, T> {
  return Object.fromEntries(fieldGroups.map((group) => [group, toValue(group)])) as Record<
    FieldGroup,
    T
  >
}

const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n'

/** Parses the header of a PNG at 2x; undefined if the bytes are not a PNG. */
function parseCardImage(png: Uint8Array | undefined): CardImage | undefined {
  const bytes = Buffer.from(png ?? [])
  if (bytes.length < 24 || bytes.toString('latin1', 0, 8) !== PNG_SIGNATURE) return undefined
  const [width, height] = [bytes.readUInt32BE(16) / 2, bytes.readUInt32BE(20) / 2]
  if (width === 0 || height === 0) return undefined
  return { href: `data:image/png;base64,${bytes.toString('base64')}`, width, height }
}
