import type { Issue } from '@passwright/shared'
import { type BarcodeFormat, barcodeFormats } from '@passwright/shared/schema'

/** What a symbology can carry, at the error correction that phones draw. */
interface Symbology {
  maxBytes: number
  /** The same for a value of digits only, which is packed closer. */
  maxDigits: number
  asciiOnly?: true
}

/** ISO/IEC 18004 (QR, level M), 15438 (PDF417), 24778 (Aztec), 15417 (Code 128). */
const symbologies: Record<BarcodeFormat, Symbology> = {
  QR: { maxBytes: 2331, maxDigits: 5596 },
  PDF417: { maxBytes: 1108, maxDigits: 2713 },
  Aztec: { maxBytes: 1914, maxDigits: 3832 },
  Code128: { maxBytes: 500, maxDigits: 500, asciiOnly: true },
}

export type MessageEncoding = 'iso-8859-1' | 'utf-8'

/** The encoding for a barcode's message: ISO-8859-1 where it fits, since every scanner knows it. */
export function chooseMessageEncoding(value: string): MessageEncoding {
  return [...value].every((character) => (character.codePointAt(0) ?? 0) <= 0xff)
    ? 'iso-8859-1'
    : 'utf-8'
}

/** Says why a symbology cannot carry a value; undefined when it can. */
export function checkBarcodeValue(format: BarcodeFormat, value: string): string | undefined {
  const { maxBytes, maxDigits, asciiOnly } = symbologies[format]
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Code 128 carries all of ASCII.
  if (asciiOnly && !/^[\x00-\x7f]*$/.test(value)) {
    return `has characters outside ASCII, which ${format} cannot carry; use QR, PDF417 or Aztec`
  }
  const most = /^\d*$/.test(value) ? maxDigits : maxBytes
  const length = Buffer.byteLength(
    value,
    chooseMessageEncoding(value) === 'utf-8' ? 'utf8' : 'latin1',
  )
  return length > most
    ? `takes ${length} bytes as a ${format} code, which carries ${most} at most; make it shorter`
    : undefined
}

/** The same as issues of a body whose fields may themselves be wrong. */
export function findBarcodeIssues(body: Record<string, unknown>): Issue[] {
  const { barcodeValue, barcodeFormat = 'QR' } = body
  if (typeof barcodeValue !== 'string' || !isBarcodeFormat(barcodeFormat)) return []
  const message = checkBarcodeValue(barcodeFormat, barcodeValue)
  return message === undefined ? [] : [{ path: 'barcodeValue', message }]
}

function isBarcodeFormat(value: unknown): value is BarcodeFormat {
  return typeof value === 'string' && Object.hasOwn(barcodeFormats, value)
}
