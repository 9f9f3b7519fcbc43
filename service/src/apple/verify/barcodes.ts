import { barcodeFormats, isObject, symbologies } from '@passwright/shared'
import { checkBarcodeValue } from '../barcodes.ts'
import { createFinding, type Finding, findIf } from './findings.ts'

/** Verifies that the symbology of each barcode can carry its message in the encoding that it names. */
export function verifyBarcodes(passJson: Record<string, unknown>): Finding[] {
  const { barcode, barcodes } = passJson
  const list: readonly unknown[] = Array.isArray(barcodes) ? barcodes : []
  return [
    ...list.flatMap((each, index) => verifyBarcode(each, `barcodes[${index}]`)),
    ...verifyBarcode(barcode, 'barcode'),
  ]
}

function verifyBarcode(barcode: unknown, path: string): Finding[] {
  if (!isObject(barcode)) return []
  const { format, message, messageEncoding } = barcode
  if (typeof message !== 'string') return []
  if (message === '') {
    return [createFinding('barcode_content', `${path}.message`, `${path}.message is empty.`)]
  }
  const encoding =
    typeof messageEncoding === 'string' ? verifyEncoding(messageEncoding, message) : undefined
  return [
    ...findIf(
      encoding !== undefined,
      'barcode_encoding',
      `${path}.messageEncoding`,
      `${path}.messageEncoding ${encoding}.`,
    ),
    ...verifyMessage(format, message, `${path}.message`),
  ]
}

/** The highest code point of encodings with one byte for each character; names in lower case. */
const highestByEncoding = new Map([
  ['iso-8859-1', 0xff],
  ['iso_8859-1', 0xff],
  ['latin1', 0xff],
  ['us-ascii', 0x7f],
  ['ascii', 0x7f],
])

function verifyEncoding(name: string, message: string): string | undefined {
  const highest = highestByEncoding.get(name.toLowerCase())
  if (highest === undefined)
    return isEncoding(name) ? undefined : `is ${JSON.stringify(name)}, which no encoding is called`
  const beyond = [...message].find((character) => (character.codePointAt(0) ?? 0) > highest)
  return beyond === undefined
    ? undefined
    : `is ${name}, which does not have the character ${beyond}`
}

function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== ''
  } catch {
    return false
  }
}

function verifyMessage(format: unknown, message: string, path: string): Finding[] {
  const name = barcodeFormats.find((each) => symbologies[each].format === format)
  const problem = name && checkBarcodeValue(name, message)
  return findIf(problem !== undefined, 'barcode_content', path, `${path} ${problem}.`)
}
