import type { Field } from '../portable/field'

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

/** Finds the field that a column of this name fills in; a lower `rank` is named more like it. Letter case, blanks and signs do not count. */
export function findColumnField(
  name: string,
  fields: readonly Field[],
): { key: string; rank: number } | undefined {
  const folded = fold(name)
  for (const { key, label } of fields) {
    const names = [label, key, ...(aliases[key] ?? [])]
    const rank = names.findIndex((each) => fold(each) === folded)
    if (rank >= 0) return { key, rank }
  }
  return undefined
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
