import { Problem } from '@passwright/shared'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { toPassFile } from '../../../src/apple/signing/archive.ts'
import type { PassContent } from '../../../src/apple/signing/sign.ts'
import { createTestIdentity } from '../../support/certificates/test-apple.ts'
import { createPassContent } from '../../support/passes/pass-content.ts'
import { createTestSigner } from '../../support/passes/test-signer.ts'
import { inspectPass, verifyPass } from '../../support/passes/verify-pass.ts'

const native = createTestSigner({ signer: 'native' })
const reference = createTestSigner({ signer: 'passkit-generator' })
const { identity, apple } = await createTestIdentity()
const { root } = apple

const fields = [{ key: 'a', label: 'Label', value: 'Zoë 漢字 😀', changeMessage: 'Now %@' }]
const price = { key: 'b', label: 'Price', value: 9.5, currencyCode: 'EUR' }
const back = [{ key: 'c', value: 'Call us', dataDetectorTypes: ['PKDataDetectorTypePhoneNumber'] }]
const styles = {
  generic: { primaryFields: fields, secondaryFields: [price], backFields: back },
  storeCard: { headerFields: fields, auxiliaryFields: [price], backFields: back },
  coupon: { primaryFields: fields, backFields: back },
  eventTicket: { primaryFields: fields, auxiliaryFields: [{ ...price, row: 1 }] },
  boardingPass: { transitType: 'PKTransitTypeAir', primaryFields: fields },
}
const commonKeys = {
  backgroundColor: 'rgb(255, 0, 17)',
  logoText: 'Example',
  sharingProhibited: true,
  barcodes: [
    { format: 'PKBarcodeFormatQR', message: 'ü', messageEncoding: 'utf-8', altText: '4711' },
    { format: 'PKBarcodeFormatCode128', message: '4711', messageEncoding: 'iso-8859-1' },
  ],
  locations: [{ latitude: 52.5, longitude: -13.4, relevantText: 'Here' }],
  beacons: [{ proximityUUID: 'f8f589e9-c07e-58b7-aee7-a7bb8abd1ea1', major: 1, minor: 65535 }],
  maxDistance: 100,
  relevantDate: '2027-03-04T18:30:00.000Z',
  relevantDates: [{ startDate: '2027-03-04T18:30:00.000Z', endDate: '2027-03-04T20:30:00.000Z' }],
  expirationDate: '2027-03-05T00:00:00.000Z',
  webServiceURL: 'https://example.com/apple',
  authenticationToken: 'sixteen-characters',
  userInfo: { any: [1, null, { thing: true }] },
  semantics: { eventName: 'An evening', seats: [{ seatRow: '4' }] },
  associatedStoreIdentifiers: [123456789],
  appLaunchURL: 'example://open',
  voided: false,
}

describe('both engines create the same pass', () => {
  test.each(Object.entries(styles))('of the style %s', async (style, value) => {
    await expectSame(
      createPassContent(identity, sameFiles, { generic: undefined, ...commonKeys, [style]: value }),
    )
  })

  test('from any fields, texts and numbers', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.float({ noNaN: true, noDefaultInfinity: true, noInteger: true }),
    )
    const field = fc.record({ value, label: text }, { requiredKeys: ['value'] })
    const pass = fc.record(
      {
        organizationName: text,
        description: text,
        logoText: text,
        voided: fc.boolean(),
        fields: fc.array(field, { maxLength: 4 }),
      },
      { requiredKeys: ['fields'] },
    )
    await fc.assert(
      fc.asyncProperty(pass, async ({ fields, ...keys }) => {
        const secondaryFields = fields.map((field, index) => ({ key: `field${index}`, ...field }))
        const generic = { secondaryFields }
        await expectSame(createPassContent(identity, sameFiles, { ...keys, generic }))
      }),
      { numRuns: 25 },
    )
  })
})

describe('the reference engine', () => {
  test('names every key that it would lose, change or refuse', async () => {
    const keys = {
      relevantDate: '2027-03-04T18:30:00+01:00',
      backgroundColor: 'red',
      labelColor: 'rgb(1, 2)',
      locations: [{ latitude: 1, longitude: 'east' }],
      trackBagsURL: 'https://example.com',
      generic: {
        primaryFields: [{ key: 'a', value: 'one' }],
        backFields: [
          { key: 'a', value: 'the same key' },
          { key: 'b', value: 'another' },
        ],
      },
    }
    const files = [...sameFiles, toPassFile('my-signature.png', Buffer.from('x'))]
    const problem = await findProblem(createPassContent(identity, files, keys))
    expect(problem.code).toBe('engine_cannot')
    expect(problem.issues?.map(({ path }) => path).sort()).toEqual([
      'backgroundColor',
      'generic.backFields[0]',
      'labelColor',
      // Without its longitude the location is refused as a whole.
      'locations[0]',
      'locations[0].longitude',
      'my-signature.png',
      'relevantDate',
      'trackBagsURL',
    ])
    expect(problem.message).toContain('SIGNER=native')
  })

  test('reports the warnings of passkit-generator as the cause of the problem, and nowhere else', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const duplicate = [
      { key: 'a', value: 'one' },
      { key: 'a', value: 'two' },
    ]
    const generic = { primaryFields: duplicate }
    const problem = await findProblem(createPassContent(identity, sameFiles, { generic }))
    expect(warn).not.toHaveBeenCalled()
    expect(String(problem.cause)).toContain("Cannot add field with key 'a'")
    console.warn('restored')
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })

  test('refuses an identity without exactly one intermediate', async () => {
    const twoIntermediates = { ...identity, chain: [apple.wwdr, apple.wwdr] }
    await expect(
      reference(createPassContent(twoIntermediates), twoIntermediates, new Date()),
    ).rejects.toThrow(expect.objectContaining({ code: 'engine_cannot' }))
  })

  test('reports a pass that it refuses as a whole at the path pass.json', async () => {
    const boardingPass = { primaryFields: [{ key: 'a', value: 'no transit type' }] }
    const content = createPassContent(identity, sameFiles, { generic: undefined, boardingPass })
    expect(await findProblem(content)).toMatchObject({
      code: 'engine_cannot',
      issues: [{ path: 'pass.json', message: expect.stringContaining('transitType') }],
    })
  })
})

const sameFiles = [
  toPassFile('icon.png', Buffer.from('an icon')),
  toPassFile('icon@2x.png', Buffer.from('an icon, twice as large')),
  toPassFile('de.lproj/pass.strings', Buffer.from('"Member" = "Mitglied";\n"Say" = "Sag";')),
  toPassFile('de.lproj/logo.png', Buffer.from('a German logo')),
]

/** The same pass.json, files and hashes; only the formatting of pass.json may differ. */
async function expectSame(content: PassContent): Promise<void> {
  const now = new Date()
  const options = { root, programs: false }
  const [ours, theirs] = await Promise.all([
    native(content, identity, now).then((bytes) => verifyPass(bytes, options)),
    reference(content, identity, now).then((bytes) => inspectPass(bytes, options)),
  ])
  expect(theirs.findings).toEqual(['signature: its signed attributes are not in DER order'])
  expect(withoutEmptyLists(theirs.pass.passJson)).toEqual(withoutEmptyLists(ours.passJson))
  expect(readFiles(theirs.pass.files)).toEqual(readFiles(ours.files))
  expect(readHashes(theirs.pass.files)).toEqual(readHashes(ours.files))
}

/** Files that may differ: the signature, and the formatting of pass.json, which is in the manifest. */
const differingFiles = ['pass.json', 'manifest.json', 'signature']

function readFiles(files: Map<string, Buffer>): Record<string, string> {
  const others = [...files].filter(([name]) => !differingFiles.includes(name))
  return Object.fromEntries(
    others.sort().map(([name, bytes]) => [name, readSortedLines(name, bytes)]),
  )
}

/** passkit-generator reformats translations, without the last line break. */
function readSortedLines(name: string, bytes: Buffer): string {
  const text = bytes.toString('latin1')
  return name.endsWith('.strings') ? text.split('\n').filter(Boolean).sort().join('\n') : text
}

function readHashes(files: Map<string, Buffer>): Record<string, unknown> {
  const manifest: Record<string, unknown> = JSON.parse(files.get('manifest.json')?.toString() ?? '')
  const listed = Object.entries(manifest)
  return Object.fromEntries(
    listed.filter(([name]) => name !== 'pass.json' && !name.endsWith('.strings')),
  )
}

/** passkit-generator adds empty lists of fields, which have no effect. */
function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyLists)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => !(Array.isArray(inner) && inner.length === 0))
      .map(([key, inner]) => [key, withoutEmptyLists(inner)]),
  )
}

async function findProblem(content: PassContent): Promise<Problem> {
  const outcome = await reference(content, identity, new Date()).catch((error: unknown) => error)
  if (outcome instanceof Problem) return outcome
  throw new Error('passkit-generator did not refuse the pass', { cause: outcome })
}
