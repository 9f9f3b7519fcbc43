import { isObject } from '@passwright/shared'
import { type FieldGroup, fieldGroups, type Locale, type Style } from '@passwright/shared/schema'
import { z } from 'zod'
import { formatFieldValue, stripTags } from '../../apple/fields/field-text.ts'
import type { PassJson } from '../../apple/pass-json.ts'

/** A field of a pass, with its value written out as Google will show it. */
export interface GoogleField {
  /** In pass.json: `coupon.backFields[0]`. */
  path: string
  key: string
  label: string
  text: string
  links: readonly GoogleLink[]
  changeMessage: string | undefined
}

/** A link inside a field. */
export interface GoogleLink {
  uri: string
  description: string
}

export type GoogleFields = Record<FieldGroup, GoogleField[]>

const optionalText = z.string().optional().catch(undefined)

const Field = z.object({
  key: z.string().catch(''),
  label: z.string().catch(''),
  value: z.union([z.string(), z.number()]).catch(''),
  attributedValue: z.union([z.string(), z.number()]).optional().catch(undefined),
  changeMessage: optionalText,
  dateStyle: optionalText,
  timeStyle: optionalText,
  numberStyle: optionalText,
  currencyCode: optionalText,
})

/** Reads the fields of a pass.json, which may hold raw keys of the caller; those without any text are left out. */
export function readFields(passJson: PassJson, style: Style, locale: Locale): GoogleFields {
  const dictionary = passJson[style]
  const read = (group: FieldGroup): GoogleField[] => {
    const entries: unknown = isObject(dictionary) ? dictionary[group] : undefined
    return (Array.isArray(entries) ? entries : [])
      .map((entry: unknown, index) =>
        readField(entry, group, `${style}.${group}[${index}]`, locale),
      )
      .filter(({ label, text }) => label.trim() !== '' || text.trim() !== '')
  }
  return {
    headerFields: read('headerFields'),
    primaryFields: read('primaryFields'),
    secondaryFields: read('secondaryFields'),
    auxiliaryFields: read('auxiliaryFields'),
    backFields: read('backFields'),
  }
}

/** All fields in reading order. */
export function listFields(fields: GoogleFields): GoogleField[] {
  return fieldGroups.flatMap((group) => fields[group])
}

function readField(entry: unknown, group: FieldGroup, path: string, locale: Locale): GoogleField {
  const field = Field.parse(isObject(entry) ? entry : {})
  const { key, label, attributedValue, changeMessage } = field
  // What is relative to a day would be wrong on the next one. The clock is not asked, so it is no matter.
  const viewer = { locale, now: new Date(0) }
  const isMarkup = group === 'backFields' && typeof attributedValue === 'string'
  return {
    path,
    key,
    label,
    text: isMarkup ? stripTags(attributedValue) : formatFieldValue(field, viewer),
    links: isMarkup ? findLinks(attributedValue) : [],
    changeMessage,
  }
}

const linkPattern = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>([^<>]*)<\/a>/gi

function findLinks(markup: string): GoogleLink[] {
  return [...markup.matchAll(linkPattern)].map(([, double, single, text = '']) => ({
    uri: stripTags(double ?? single ?? ''),
    description: stripTags(text),
  }))
}
