import { type FieldGroup, fieldGroups } from '@passwright/shared/schema'
import { z } from 'zod'
import type { PassJson } from '../../apple/pass-json.ts'
import { type Code, drawBarcode } from '../barcode-svg.ts'
import { type CardColors, cardColors } from './card-colors.ts'
import { formatFieldValue, stripTags, type Viewer } from './field-text.ts'
import { type CardImage, cardImage } from './image.ts'
import type { PictureOptions } from './pass-card.ts'
import { type StyleLayout, styleOf } from './styles.ts'

/** What of a pass.json can be seen, its values written out. */
export interface Card {
  title: string
  layout: StyleLayout
  colors: CardColors
  logoText: string
  fields: Record<FieldGroup, CardField[]>
  code: CardCode | undefined
  images: Partial<Record<string, CardImage>>
  /** Voided or expired: Wallet shows such a pass pale, and its code cannot be used. */
  isFaded: boolean
}

/** A barcode as it is drawn, and Wallet's text below it. */
export interface CardCode extends Code {
  altText: string
}

export interface CardField {
  label: string
  value: string
  /** Undefined where the text's own direction decides. */
  alignment: 'left' | 'center' | 'right' | undefined
}

/** Reads a pass.json, also one with keys of a caller's own: what is not as it should be is left out. */
export function parseCard(pass: PassJson, options: PictureOptions): Card {
  const said = Said.parse(pass)
  const { style, layout } = styleOf(pass)
  const groups = Groups.parse(pass[style])
  const isFaded = said.voided || Date.parse(said.expirationDate) < options.now.getTime()
  return {
    title: said.description,
    layout,
    colors: cardColors(said, isFaded),
    logoText: said.logoText,
    fields: eachGroup((group) =>
      groups[group].map((field) => cardField(field, group, options)).filter(saysSomething),
    ),
    code: firstDrawable(said.barcodes),
    images: Object.fromEntries(
      Object.entries(options.images).flatMap(([slot, png]) => {
        const image = cardImage(png)
        return image === undefined ? [] : [[slot, image]]
      }),
    ),
    isFaded,
  }
}

const text = z.string().catch('')
const optional = z.string().optional().catch(undefined)
const value = z.union([z.string(), z.number()])

const SaidBarcode = z.object({
  format: text,
  message: text,
  messageEncoding: text,
  altText: text,
})

const Said = z.object({
  description: text,
  logoText: text,
  backgroundColor: text,
  foregroundColor: text,
  labelColor: text,
  voided: z.boolean().catch(false),
  expirationDate: text,
  barcodes: z.array(SaidBarcode.catch(SaidBarcode.parse({}))).catch([]),
})

const Field = z.object({
  label: text,
  value: value.catch(''),
  attributedValue: value.optional().catch(undefined),
  textAlignment: optional,
  dateStyle: optional,
  timeStyle: optional,
  isRelative: z.boolean().catch(false),
  numberStyle: optional,
  currencyCode: optional,
})

const Fields = z.array(Field.catch(Field.parse({}))).catch([])
const Groups = z
  .object(eachGroup(() => Fields))
  .catch(() => eachGroup((): z.infer<typeof Fields> => []))

function firstDrawable(barcodes: z.infer<typeof SaidBarcode>[]): CardCode | undefined {
  for (const barcode of barcodes) {
    const code = drawBarcode(barcode)
    if (code !== undefined) return { ...code, altText: barcode.altText }
  }
  return undefined
}

function cardField(field: z.infer<typeof Field>, group: FieldGroup, reader: Viewer): CardField {
  const { label, attributedValue, textAlignment = '' } = field
  const isLinked = group === 'backFields' && attributedValue !== undefined
  return {
    label,
    value: isLinked ? stripTags(String(attributedValue)) : formatFieldValue(field, reader),
    alignment: alignments[textAlignment],
  }
}

const alignments: Record<string, CardField['alignment']> = {
  PKTextAlignmentLeft: 'left',
  PKTextAlignmentCenter: 'center',
  PKTextAlignmentRight: 'right',
}

function saysSomething({ label, value }: CardField): boolean {
  return label.trim() !== '' || value.trim() !== ''
}

function eachGroup<T>(make: (group: FieldGroup) => T): Record<FieldGroup, T> {
  return Object.fromEntries(fieldGroups.map((group) => [group, make(group)])) as Record<
    FieldGroup,
    T
  >
}
