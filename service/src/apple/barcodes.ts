import {
  type BarcodeFormat,
  type Issue,
  isObject,
  type Symbology,
  symbologies,
  symbologiesByFormat,
} from '@passwright/shared'

export type MessageEncoding = 'iso-8859-1' | 'utf-8'

/** Chooses the encoding of a barcode's message: ISO-8859-1 where it fits, since every scanner supports it. */
export function chooseMessageEncoding(value: string): MessageEncoding {
  return isLatin1(value) ? 'iso-8859-1' : 'utf-8'
}

/** Checks that a symbology can carry a value; returns the message of the issue if it cannot. */
export function checkBarcodeValue(format: BarcodeFormat, value: string): string | undefined {
  const encoding = chooseMessageEncoding(value) === 'utf-8' ? 'utf8' : 'latin1'
  return checkMessage({ ...symbologies[format], name: format }, value, encoding)
}

/** Finds the barcodes of a request body that cannot be drawn; its fields may themselves be invalid. */
export function findBarcodeIssues(body: Record<string, unknown>): Issue[] {
  const { barcodeValue, barcodeFormat = 'QR', apple } = body
  const ownMessage =
    typeof barcodeValue === 'string' && isBarcodeFormat(barcodeFormat)
      ? checkBarcodeValue(barcodeFormat, barcodeValue)
      : undefined
  return [
    ...(ownMessage === undefined ? [] : [{ path: 'barcodeValue', message: ownMessage }]),
    ...(isObject(apple) ? findAppleBarcodeIssues(apple) : []),
  ]
}

/** The same for the barcodes in the shape of Apple's, which name their encoding themselves. */
function findAppleBarcodeIssues({ barcode, barcodes }: Record<string, unknown>): Issue[] {
  const entries = Array.isArray(barcodes) ? barcodes.slice(0, MAX_CHECKED) : []
  return [
    ...findMessageIssues(barcode, 'apple.barcode'),
    ...entries.flatMap((entry: unknown, index) =>
      findMessageIssues(entry, `apple.barcodes[${index}]`),
    ),
  ]
}

/** The schema refuses more. */
const MAX_CHECKED = 10

function findMessageIssues(entry: unknown, path: string): Issue[] {
  if (!isObject(entry)) return []
  const { format, message, messageEncoding } = entry
  const symbology = typeof format === 'string' ? symbologiesByFormat.get(format) : undefined
  if (!symbology || typeof message !== 'string' || typeof messageEncoding !== 'string') return []
  const encoding = encodings[messageEncoding.toLowerCase()]
  if (encoding === undefined) {
    const known = Object.keys(encodings).join(', ')
    return [{ path: `${path}.messageEncoding`, message: `must be one of: ${known}` }]
  }
  const issue =
    message === ''
      ? 'must not be empty'
      : encoding.carries(message)
        ? checkMessage(symbology, message, encoding.node)
        : `has characters outside ${messageEncoding}; use the messageEncoding utf-8`
  return issue === undefined ? [] : [{ path: `${path}.message`, message: issue }]
}

/** The encodings of a message, by their IANA name; every byte from 0 to 255 is a character of ISO-8859-1. */
const encodings: Record<
  string,
  { node: 'latin1' | 'utf8'; carries: (message: string) => boolean }
> = {
  'iso-8859-1': { node: 'latin1', carries: isLatin1 },
  'utf-8': { node: 'utf8', carries: () => true },
  'us-ascii': { node: 'latin1', carries: isAscii },
}

function checkMessage(
  { name, maxBytes, maxDigits, text, accepts, asciiOnly }: Symbology & { name: string },
  value: string,
  encoding: 'latin1' | 'utf8',
): string | undefined {
  if (asciiOnly && !isAscii(value)) {
    return `has characters outside ASCII, which ${name} cannot carry; use ${listFormatsBeyondAscii()}`
  }
  if (accepts && !accepts.pattern.test(value)) return `${accepts.message} in a ${name} code`
  if (name === 'EAN13' && !hasCheckDigit(value)) {
    return 'has a wrong check digit, which is the last one of an EAN13 code'
  }
  const length = Buffer.byteLength(value, encoding)
  const mode = /^\d*$/.test(value)
    ? { max: maxDigits, name: 'digits' }
    : text?.pattern.test(value)
      ? text
      : { max: maxBytes, name: 'bytes' }
  return length > mode.max
    ? `takes ${length} bytes as a ${name} code, which carries ${mode.max} ${mode.name} at most; make it shorter`
    : undefined
}

/** The digits at even places count three times, and all together make a multiple of ten. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0)
  return sum % 10 === 0
}

function isBarcodeFormat(value: unknown): value is BarcodeFormat {
  return typeof value === 'string' && Object.hasOwn(symbologies, value)
}

function isLatin1(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ISO-8859-1 has a character for every byte.
  return /^[\x00-\xff]*$/.test(value)
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
