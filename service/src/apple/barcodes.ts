import { type BarcodeFormat, type Issue, type Symbology, symbologies } from '@passwright/shared'

export type MessageEncoding = 'iso-8859-1' | 'utf-8'

/** Chooses the encoding of a barcode's message: ISO-8859-1 where it fits, since every scanner supports it. */
export function chooseMessageEncoding(value: string): MessageEncoding {
  return [...value].every((character) => (character.codePointAt(0) ?? 0) <= 0xff)
    ? 'iso-8859-1'
    : 'utf-8'
}

/** Checks that a symbology can carry a value; returns the message of the issue if it cannot. */
export function checkBarcodeValue(format: BarcodeFormat, value: string): string | undefined {
  const { maxBytes, maxDigits, asciiOnly }: Symbology = symbologies[format]
  if (asciiOnly && !isAscii(value)) {
    return `has characters outside ASCII, which ${format} cannot carry; use ${listFormatsBeyondAscii()}`
  }
  const max = /^\d*$/.test(value) ? maxDigits : maxBytes
  const length = Buffer.byteLength(
    value,
    chooseMessageEncoding(value) === 'utf-8' ? 'utf8' : 'latin1',
  )
  return length > max
    ? `takes ${length} bytes as a ${format} code, which carries ${max} at most; make it shorter`
    : undefined
}

/** The same for a request body whose fields may themselves be invalid. */
export function findBarcodeIssues(body: Record<string, unknown>): Issue[] {
  const { barcodeValue, barcodeFormat = 'QR' } = body
  if (typeof barcodeValue !== 'string' || !isBarcodeFormat(barcodeFormat)) return []
  const message = checkBarcodeValue(barcodeFormat, barcodeValue)
  return message === undefined ? [] : [{ path: 'barcodeValue', message }]
}

function isBarcodeFormat(value: unknown): value is BarcodeFormat {
  return typeof value === 'string' && Object.hasOwn(symbologies, value)
}

function isAscii(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Code 128 carries all of ASCII.
  return /^[\x00-\x7f]*$/.test(value)
}

/** "QR, PDF417 or Aztec" */
function listFormatsBeyondAscii(): string {
  const formats = Object.entries<Symbology>(symbologies).flatMap(([format, { asciiOnly }]) =>
    asciiOnly ? [] : [format],
  )
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(formats)
}
