import { isObject } from '@passwright/shared'
import { chooseStyle, fieldGroups, showsDate } from '@passwright/shared/schema'
import type { PassJson } from '../../../apple/pass-json.ts'
import type { Warning } from '../../../apple/warnings/warnings.ts'
import { type GoogleField, listFields, readFields } from '../fields.ts'
import { chooseLayout, placeFields } from '../rows.ts'
import { foldDetails, listDetails } from '../texts.ts'
import { limits } from '../wallet-words.ts'
import type { WarningSource } from './warnings.ts'

/** Finds which fields of a pass Google Wallet shows elsewhere, shortened or written otherwise. */
export function findFieldWarnings({
  spec,
  passJson,
  layout,
}: Pick<WarningSource, 'spec' | 'passJson' | 'layout'>): Warning[] {
  const style = chooseStyle(spec)
  const fields = readFields(passJson, style, spec.locale ?? 'en')
  const placement = placeFields(fields, style, layout ?? chooseLayout(fields, style))
  const shown = placement.rows.flat().length
  const details = listDetails(placement)
  const [, folded] = foldDetails(details, limits.textModules - shown)
  const links = listFields(fields).flatMap((field) => field.links.map(() => field))
  const heading = [...placement.header.text].length > limits.headerCharacters
  return [
    ...toWarnings(
      heading ? placement.header.fields : [],
      `is longer than the ${limits.headerCharacters} characters that Google Wallet shows on the card; all of it stands in the details`,
    ),
    ...toWarnings(
      placement.crowdedOut,
      `finds no room on the card of Google Wallet, which has rows of ${limits.itemsPerRow}; it stands in the details`,
    ),
    ...toWarnings(
      folded,
      `stands in the details of Google Wallet with others in one text, since it shows ${limits.textModules} texts at most`,
    ),
    ...toWarnings(
      [...placement.rows.flat(), ...details].filter(
        ({ text }) => text.length > limits.bodyCharacters,
      ),
      `is cut for Google Wallet after ${limits.bodyCharacters} characters`,
    ),
    ...toWarnings(
      joinedLength(folded) > limits.bodyCharacters ? folded : [],
      `may be cut for Google Wallet, where the last text has ${limits.bodyCharacters} characters at most`,
    ),
    ...toWarnings(
      [...new Set(links.slice(limits.links))],
      `has links beyond the ${limits.links} that Google Wallet shows`,
    ),
    ...findFormatWarnings(passJson, style),
  ]
}

function joinedLength(fields: readonly GoogleField[]): number {
  return fields.reduce((sum, { label, text }) => sum + label.length + text.length + 3, 0)
}

function toWarnings(fields: readonly GoogleField[], message: string): Warning[] {
  return fields.map(({ path }) => ({ path, message }))
}

interface FormatWarning {
  property: string
  applies: (field: Record<string, unknown>, group: string, style: string) => boolean
  message: string
}

/** One row for each way to format a value that Google does not have: it gets texts. */
const formatWarnings: readonly FormatWarning[] = [
  {
    property: 'isRelative',
    applies: (field) => field.isRelative === true && showsDate(field),
    message: 'is not used by Google Wallet, which gets the date itself',
  },
  {
    property: 'timeStyle',
    applies: (field) => showsDate({ timeStyle: field.timeStyle }) && field.ignoresTimeZone !== true,
    message:
      'is written out for Google Wallet in the offset of the value, whatever the time zone of the phone; with ignoresTimeZone both wallets show the same',
  },
  {
    property: 'dateStyle',
    applies: (field) =>
      showsDate({ dateStyle: field.dateStyle }) &&
      !showsDate({ timeStyle: field.timeStyle }) &&
      field.ignoresTimeZone !== true,
    message:
      'is written out for Google Wallet in the offset of the value, whatever the time zone of the phone; with ignoresTimeZone both wallets show the same',
  },
  {
    property: 'numberStyle',
    applies: ({ numberStyle }) => numberStyle === 'PKNumberStyleSpellOut',
    message: 'is written in digits for Google Wallet',
  },
  {
    property: 'row',
    applies: ({ row }, group, style) =>
      row !== undefined && group === 'auxiliaryFields' && style === 'eventTicket',
    message: 'is not used by Google Wallet, where auxiliary fields have one row',
  },
]

function findFormatWarnings(passJson: PassJson, style: string): Warning[] {
  const dictionary = passJson[style]
  if (!isObject(dictionary)) return []
  return fieldGroups.flatMap((group) => {
    const entries: unknown = dictionary[group]
    return (Array.isArray(entries) ? entries : []).flatMap((field: unknown, index) =>
      formatWarnings
        .filter(({ applies }) => isObject(field) && applies(field, group, style))
        .map(({ property, message }) => ({
          path: `${style}.${group}[${index}].${property}`,
          message,
        })),
    )
  })
}
