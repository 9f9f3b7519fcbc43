import { inspectPass, type PassContents } from '../../apple/verify/inspect-pass.ts'
import { truncate } from '../../text/plain-text.ts'
import { type Command, print, printJson } from '../program/command.ts'
import { readPassFile, toPlain } from '../program/pass-file.ts'

export const inspect: Command = {
  summary: 'Print what is in a pass: its texts, barcode, dates, images and who signed it.',
  usage: 'FILE.pkpass [--json]',
  options: { json: { type: 'boolean' } },
  positionals: ['FILE.pkpass'],
  run: async ({ values, positionals: [path = ''] }) => {
    const contents = inspectPass(await readPassFile(path))
    const isReadable = contents.passJson !== undefined
    if (!isReadable) process.exitCode = 1
    if (values.json) return printJson(contents)
    print(...formatContents(contents))
  },
}

type Row = readonly [name: string, value: string]

function formatContents(contents: PassContents): string[] {
  const sections: [title: string, rows: Row[]][] = [
    ['Pass', listIdentity(contents)],
    [
      'Fields',
      contents.fields.map(({ group, key, label, value }) => [
        group,
        formatField(key, label, value),
      ]),
    ],
    [
      'Barcodes',
      contents.barcodes.map(({ format, message, altText }) => [
        format,
        altText === undefined ? message : `${message} (${altText})`,
      ]),
    ],
    ['Images', contents.images.map((image) => [image.path, formatImage(image)])],
    [
      'Languages',
      contents.localizations.map(({ language, texts }) => [language, `${texts} texts`]),
    ],
    ['Other files', contents.otherFiles.map(({ path, bytes }) => [path, formatBytes(bytes)])],
    ['Signature', listSignature(contents)],
    ['Cannot be read', contents.unreadable.map(({ code, message }) => [code, message])],
  ]
  return sections
    .filter(([, rows]) => rows.length > 0)
    .flatMap(([title, rows]) => [title, ...formatRows(rows)])
}

const MAX_VALUE_CHARACTERS = 500

function formatRows(rows: readonly Row[]): string[] {
  const plain = rows.map(([name, value]) => [toPlain(name), toPlain(value)] as const)
  const width = Math.min(30, Math.max(...plain.map(([name]) => name.length)))
  return plain.map(
    ([name, value]) => `  ${name.padEnd(width)}  ${truncate(value, MAX_VALUE_CHARACTERS)}`,
  )
}

/** The keys of pass.json that people ask for, in this order. */
const shownKeys = [
  'organizationName',
  'description',
  'logoText',
  'passTypeIdentifier',
  'teamIdentifier',
  'serialNumber',
  'expirationDate',
  'voided',
  'relevantDate',
  'relevantDates',
  'locations',
  'beacons',
  'backgroundColor',
  'foregroundColor',
  'labelColor',
  'webServiceURL',
  'groupingIdentifier',
  'sharingProhibited',
]

function listIdentity({ style, passJson = {} }: PassContents): Row[] {
  const shown = shownKeys.flatMap((key): Row[] => {
    const value = passJson[key]
    if (value === undefined) return []
    return [[key, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
  return style === undefined ? shown : [['style', style], ...shown]
}

function formatField(key: string, label: string, value: string): string {
  return label === '' ? `${value} (${key})` : `${label}: ${value} (${key})`
}

function formatImage({ width, height, bytes }: PassContents['images'][number]): string {
  const size = width === undefined ? 'not a readable PNG' : `${width} × ${height}`
  return `${size}, ${formatBytes(bytes)}`
}

function formatBytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`
}

function listSignature({ signature }: PassContents): Row[] {
  if (!signature) return []
  const { signedAt, signer, chain } = signature
  const certificates = signer ? [signer, ...chain] : chain
  return [
    ['signed at', signedAt ?? 'does not say when'],
    ...certificates.map(({ name, issuer, validFrom, validTo }, index): Row => {
      const dates = `${validFrom.slice(0, 10)} to ${validTo.slice(0, 10)}`
      return [index === 0 && signer ? 'signer' : 'with', `${name}, by ${issuer}, ${dates}`]
    }),
  ]
}
