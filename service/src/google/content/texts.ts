import { truncate } from '../../text/plain-text.ts'
import type { GoogleField } from './fields.ts'
import type { Localize, LocalizedString } from './localized.ts'
import { type Placement, toSlotId } from './rows.ts'
import { limits } from './wallet-words.ts'

/** One text of an object: on the card or in its details. */
export interface TextModule {
  id: string
  header?: string
  body?: string
  localizedHeader?: LocalizedString
  localizedBody?: LocalizedString
}

/** The texts of the rows by the names that the class has for them, and then those of the details. */
export function buildTextModules(placement: Placement, localize: Localize): TextModule[] {
  const front = placement.rows.flatMap((row, index) =>
    row.map((field, item) => toModule(toSlotId(index, item), field, localize)),
  )
  const [own, folded] = foldDetails(listDetails(placement), limits.textModules - front.length)
  const details = own.map((field, index) => toModule(`b${index + 1}`, field, localize))
  return folded.length === 0
    ? [...front, ...details]
    : [...front, ...details, { id: `b${own.length + 1}`, body: joinFolded(folded) }]
}

/** What stands in the details, behind a tap, in order. */
export function listDetails({ header, crowdedOut, back }: Placement): GoogleField[] {
  const isCut = [...header.text].length > limits.headerCharacters
  return [...(isCut ? header.fields : []), ...crowdedOut, ...back]
}

/** Those with a module of their own, and those that share the last one. */
export function foldDetails(
  details: readonly GoogleField[],
  room: number,
): [own: readonly GoogleField[], folded: readonly GoogleField[]] {
  if (details.length <= room) return [details, []]
  return [details.slice(0, room - 1), details.slice(room - 1)]
}

function joinFolded(fields: readonly GoogleField[]): string {
  const lines = fields.map(({ label, text }) =>
    [label, text].filter((part) => part.trim() !== '').join(': '),
  )
  return truncate(lines.join('\n'), limits.bodyCharacters)
}

function toModule(id: string, { label, text }: GoogleField, localize: Localize): TextModule {
  const [header, body] = [localize(label), localize(truncate(text, limits.bodyCharacters))]
  return {
    id,
    ...(label.trim() === '' ? {} : toText('header', header)),
    ...(text.trim() === '' ? {} : toText('body', body)),
  }
}

function toText(name: 'header' | 'body', text: LocalizedString): Omit<TextModule, 'id'> {
  const { defaultValue, translatedValues } = text
  if (translatedValues.length === 0) return { [name]: defaultValue.value }
  return { [name === 'header' ? 'localizedHeader' : 'localizedBody']: text }
}
