import type { Field } from '../portable/fields/field'

/** What a column of the input can fill in: its key, and the names of columns that do, the most usual one first. */
export interface ColumnField {
  key: string
  names: readonly string[]
}

/** Usual names of columns, besides the label and the key of a field, the most usual one first. */
const aliases: Record<string, readonly string[]> = {
  title: ['pass title', 'card title'],
  value: ['name', 'full name', 'member', 'member name', 'holder'],
  barcodeValue: ['barcode', 'code', 'qr code', 'qr'],
  externalId: [
    ...['id', 'external id', 'own id', 'member id', 'member number', 'member no'],
    ...['membership number', 'customer id', 'customer number', 'order id', 'order number'],
  ],
  expirationDate: ['valid until', 'valid to', 'expires', 'expiry', 'expiry date', 'expiration'],
  relevantDate: ['event date', 'starts', 'start', 'start date', 'date'],
  logoURL: ['logo url'],
  color: ['colour', 'color', 'background colour'],
  organizationName: ['organisation', 'company', 'club'],
}

/** A field of a pass with the names of columns that fill it in. */
export function toColumnField({ key, label }: Pick<Field, 'key' | 'label'>): ColumnField {
  return { key, names: [label, key, ...(aliases[key] ?? [])] }
}

/** The field of each column that fills one in, by the column's name. Of several columns for a field, the one that is named most like it. */
export function matchColumns(
  columns: readonly string[],
  fields: readonly ColumnField[],
): Map<string, string> {
  const best = new Map<string, { column: string; rank: number }>()
  for (const column of columns) {
    const found = findColumnField(column, fields)
    if (found === undefined) continue
    const other = best.get(found.key)
    if (other === undefined || found.rank < other.rank) best.set(found.key, { column, ...found })
  }
  return new Map([...best].map(([key, { column }]) => [column, key]))
}

/** Finds the field that a column of this name fills in; a lower `rank` is named more like it. Letter case, blanks and signs do not count. */
function findColumnField(
  column: string,
  fields: readonly ColumnField[],
): { key: string; rank: number } | undefined {
  const folded = fold(column)
  for (const { key, names } of fields) {
    const rank = names.findIndex((each) => fold(each) === folded)
    if (rank >= 0) return { key, rank }
  }
  return undefined
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

const maxNames = 20

/** Lists names of columns in a message. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, maxNames).map((name) => `"${name.slice(0, 40)}"`)
  return shown.join(', ') + (names.length > maxNames ? ', …' : '') || 'none'
}
