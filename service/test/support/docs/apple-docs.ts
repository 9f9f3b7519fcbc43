import { newSymbologies, type Symbology, symbologies } from '@passwright/shared'
import {
  frontLimits,
  passKeys,
  type Shape,
  semanticTags,
  serverOwnedKeys,
  sharedLimitBesideSquareBarcode,
  styleDictionaries,
} from '@passwright/shared/schema'
import { buildTable } from './markdown.ts'

const code = (text: string) => `\`${text}\``

/** Documents what Apple's tables say: barcodes, the front of each style, semantic tags, further keys. */
export function buildAppleDocs(): string {
  return `## Barcodes

A barcode carries what its symbology can hold, by the characters in it; a longer value is a 400 that tells the limit and the length. The
text is encoded as ISO-8859-1 where it fits, else as UTF-8, in which a character takes up to four bytes.

${buildSymbologyTable()}

Every byte is a character of ISO-8859-1: U+0000 to U+00FF. So a code of transit that holds any bytes is a text with one character for each
byte. \`barcodeValue\` takes all of them but NUL; with NUL, write the barcode in the shape of Apple's, with the encoding:
\`{"apple":{"barcodes":[{"format":"PKBarcodeFormatAztec","message":"\\u0000\\u00ff","messageEncoding":"iso-8859-1"}]}}\`. There the
symbologies that Wallet shows since iOS 27 can be given too, with a QR code after them for earlier versions:

${buildNewSymbologyTable()}

## The front of each style

More fields than these are taken, with a warning, and Wallet does not show them.

${buildLimitTable()}

In \`storeCard\` and \`coupon\` the secondary and auxiliary fields are at most ${frontLimits.coupon.shared} together, and in \`generic\` with a square barcode (QR, Aztec) at most ${sharedLimitBesideSquareBarcode}.

## Semantic tags

What \`semantics\` may hold. A tag of another name or type is a 400. Wallet ignores a tag on versions of iOS before the one that is named.

${buildShapeTable(Object.entries<Shape>(semanticTags))}

## Further keys

What \`apple\` may hold: keys of Apple's pass.json in Apple's own shapes, merged last. Those marked ² require the \`pro\` or \`unlimited\` plan.
The dictionary of the pass's own style may be there as well: its groups of fields replace those of the same name, such as
\`{"apple":{"eventTicket":{"additionalInfoFields":[{"key":"gate","label":"Gate","value":"B"}]}}}\`.

${buildShapeTable(listFurtherKeys())}

The service sets these keys itself, and refuses them:

${Object.entries(serverOwnedKeys)
  .map(([key, sentence]) => `- ${code(key)} ${sentence}.`)
  .join('\n')}
`
}

function buildSymbologyTable(): string {
  const rows = Object.entries<Symbology>(symbologies).map(([name, symbology]) => [
    code(name),
    `${symbology.maxBytes}${symbology.asciiOnly ? ', ASCII only' : ''}`,
    String(symbology.maxDigits),
    symbology.text ? `${symbology.text.max} ${symbology.text.name}` : '',
    symbology.readableLength ? `more than ${symbology.readableLength} characters` : '',
  ])
  return buildTable(['barcode', 'bytes', 'only digits', 'or only', 'with a warning'], rows)
}

function buildNewSymbologyTable(): string {
  const rows = Object.values(newSymbologies).map(({ format, maxBytes, accepts }) => [
    code(format),
    String(maxBytes),
    accepts?.message ?? '',
  ])
  return buildTable(['format', 'characters', 'the message'], rows)
}

function buildLimitTable(): string {
  const groups = ['headerFields', 'primaryFields', 'secondaryFields', 'auxiliaryFields'] as const
  const rows = Object.entries(frontLimits).map(([style, limits]) => [
    code(style),
    ...groups.map((group) => String(limits[group])),
  ])
  return buildTable(['style', ...groups.map(code)], rows)
}

function listFurtherKeys(): [string, Shape][] {
  return Object.entries<Shape>(passKeys).filter(
    ([key]) => !Object.hasOwn(serverOwnedKeys, key) && !Object.hasOwn(styleDictionaries, key),
  )
}

function buildShapeTable(shapes: readonly [string, Shape][]): string {
  const rows = shapes.map(([key, shape]) => [
    `${code(key)}${shape.feature ? ' ²' : ''}`,
    describeShape(shape),
    shape.since ? `iOS ${shape.since}` : '',
  ])
  return buildTable(['key', 'value', 'since'], rows)
}

function describeShape(shape: Shape): string {
  switch (shape.type) {
    case 'object':
      return `an object with ${Object.keys(shape.keys).map(code).join(' ')}`
    case 'list':
      return `a list of at most ${shape.max}, each ${describeShape(shape.of)}`
    case 'choice':
      return `one of ${shape.choices.map(code).join(' ')}`
    case 'number':
    case 'integer':
      return `${shape.type === 'integer' ? 'a whole number' : 'a number'}${describeRange(shape)}`
    case 'text':
      return shape.maxBytes ? `a text of at most ${shape.maxBytes} bytes` : 'a text'
    default:
      return plain[shape.type]
  }
}

function describeRange({ min, max }: { min?: number; max?: number }): string {
  if (min === undefined) return ''
  return max === undefined ? ` from ${min}` : ` from ${min} to ${max}`
}

const plain = {
  boolean: '`true` or `false`',
  date: 'a date with time and offset',
  color: 'a color as `rgb(30, 64, 175)`',
  url: 'a URL',
  currency: 'a currency of ISO 4217',
  uuid: 'a UUID',
  textOrNumber: 'a text or a number',
  json: 'any JSON',
}
