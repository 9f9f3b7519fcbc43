import {
  type ChangedPass,
  findShapeIssues,
  type Pass,
  passJsonShape,
  passKeys,
  type Shape,
  serverOwnedKeys,
  styleDictionaries,
  styles,
} from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { buildSample } from '../support/passes/shape-values.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'

const nfc = {
  message: 'MEMBER-1042',
  encryptionPublicKey:
    'MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY=',
}

/** A good value for every key of pass.json that a caller may set, but for the styles. */
const everyKey = Object.fromEntries(
  Object.entries<Shape>(passKeys)
    .filter(([key]) => !Object.hasOwn(serverOwnedKeys, key))
    .filter(([key]) => !Object.hasOwn(styleDictionaries, key))
    .map(([key, shape]) => [key, buildSample(shape)]),
)
const barcode = {
  format: 'PKBarcodeFormatQR',
  message: '1',
  messageEncoding: 'utf-8',
  altText: '1',
}
const values: Record<string, unknown> = {
  ...everyKey,
  nfc,
  barcode,
  barcodes: [barcode],
  relevantDates: [{ date: '2027-06-05T19:30:00+02:00' }],
  featuredActions: [{ identifier: 'a', type: 'call', url: 'tel:+431234567' }],
  posterGeneric: { primaryFields: [{ key: 'name', value: 'Ada' }] },
}

/** A field with every key that goes with a date, and one with those that go with a number. */
const { currencyCode, numberStyle, ...dated } = buildSample(
  styleDictionaries.generic.keys.backFields.of,
) as Record<string, unknown>
const fields = [
  { ...dated, key: 'when', value: '2027-06-05T19:30:00+02:00', attributedValue: 'plain' },
  { key: 'price', value: 48.5, currencyCode },
  { key: 'share', value: 0.5, numberStyle },
]

describe.each(databases)('Apple’s own keys on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ databaseUrl: await createDatabase() })
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  const post = (json: object, as = key) =>
    service.fetch('/api/passes', { key: as, method: 'POST', json })
  const readPass = async (json: object) => {
    const response = await post(json)
    const body = await response.text()
    expect(response.status, body).toBe(201)
    const root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
    return verifyPass(Buffer.from(JSON.parse(body).applePass, 'base64'), { root, programs: false })
  }
  const readIssues = async (json: object, as = key) => {
    const response = await post(json, as)
    expect(response.status).toBe(400)
    const { issues } = (await response.json()) as { issues: { path: string; message: string }[] }
    return issues
  }

  it.each(styles)('all stand in a %s that the tables accept, as they were given', async (style) => {
    const own = Object.keys(styleDictionaries[style].keys)
    const groups = own.filter((name) => name.endsWith('Fields'))
    const dictionary = Object.fromEntries(
      groups.map((group) => [
        group,
        fields.map((field) => ({ ...field, key: `${group}-${field.key}` })),
      ]),
    )
    const isGrouped = style === 'eventTicket' || style === 'boardingPass'
    const { groupingIdentifier, ...others } = values
    const apple: Record<string, unknown> = {
      ...others,
      ...(isGrouped && { groupingIdentifier }),
      [style]: dictionary,
    }
    const transit = style === 'boardingPass' ? { transitType: 'train' } : {}
    const { passJson } = await readPass({ title: 'Club', style, ...transit, apple })
    const { [style]: _, ...rest } = apple
    expect(passJson).toMatchObject(rest)
    expect(passJson[style]).toEqual({
      ...dictionary,
      ...(style === 'boardingPass' && { transitType: 'PKTransitTypeTrain' }),
    })
    expect(findShapeIssues(passJsonShape, passJson, '')).toEqual([])
  })

  it('say when the pass expires and what its barcode says, until it is deleted', async () => {
    const apple = { barcodes: [barcode], expirationDate: '2031-01-31T12:00:00+01:00' }
    const readJson = async <Json>(response: Response) => (await response.json()) as Json
    const made = await readJson<Pass>(await post({ title: 'Club', expirationDays: 30, apple }))
    const summary = { expirationDate: '2031-01-31T11:00:00.000Z', barcodeValue: '1' }
    expect(made).toMatchObject(summary)
    const url = `/api/passes/${made.serialNumber}`
    const listed = await service.fetch('/api/passes', { key })
    expect((await readJson<{ passes: Pass[] }>(listed)).passes[0]).toMatchObject(summary)
    const past = { ...apple, expirationDate: '2020-01-31T12:00:00+01:00' }
    const changed = await service.fetch(url, { key, method: 'PATCH', json: { apple: past } })
    expect((await readJson<ChangedPass>(changed)).warnings).toEqual([
      { path: 'apple.expirationDate', message: expect.stringContaining('is in the past') },
    ])
    await service.fetch(url, { key, method: 'PATCH', json: { apple } })
    await service.fetch(url, { key, method: 'DELETE' })
    const file = await service.fetch(`${url}?format=pkpass`, { key })
    const root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
    const { passJson } = await verifyPass(Buffer.from(await file.arrayBuffer()), {
      root,
      programs: false,
    })
    expect(passJson.voided).toBe(true)
    expect(Date.parse(String(passJson.expirationDate))).toBeLessThanOrEqual(Date.now())
  })

  it('make each style from flat fields', async () => {
    const shared = {
      title: 'Club',
      beacons: [{ proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70', major: 1 }],
      nfc,
      semantics: { eventName: 'Festival', seats: [{ seatRow: '3' }] },
      userInfo: { any: [null] },
      associatedStoreIdentifiers: [284882215],
      appLaunchURL: 'https://club.example/app',
      localizations: { de: { Club: 'Verein "A"\n' } },
    }
    for (const style of styles) {
      const transit = style === 'boardingPass' ? { transitType: 'PKTransitTypeAir' } : {}
      const { passJson, files } = await readPass({ ...shared, style, ...transit })
      expect(Object.keys(passJson)).toContain(style)
      const { title, localizations, ...asGiven } = shared
      expect(passJson).toMatchObject(asGiven)
      expect(findShapeIssues(passJsonShape, passJson, '')).toEqual([])
      expect(files.get('de.lproj/pass.strings')?.toString()).toBe('"Club" = "Verein \\"A\\"\\n";\n')
    }
  })

  it.each(Object.keys(serverOwnedKeys))(
    '%s is refused, since the service sets it',
    async (name) => {
      const issues = await readIssues({ title: 'Club', apple: { [name]: 'x' } })
      expect(issues).toEqual([
        {
          path: `apple.${name}`,
          message: expect.stringMatching(/set by the service|certificate|service/),
        },
      ])
    },
  )

  it.each<[what: string, body: object, path: string]>([
    ['a style that does not exist', { style: 'poster' }, 'style'],
    ['a boarding pass without its means of transport', { style: 'boardingPass' }, 'transitType'],
    ['a means of transport elsewhere', { style: 'coupon', transitType: 'air' }, 'transitType'],
    ['a group of coupons', { style: 'coupon', groupingIdentifier: 'a' }, 'groupingIdentifier'],
    ['an app URL without the app', { appLaunchURL: 'a:b' }, 'associatedStoreIdentifiers'],
    ['a beacon without a UUID', { beacons: [{ proximityUUID: '1' }] }, 'beacons[0].proximityUUID'],
    [
      'a beacon beyond 16 bits',
      { beacons: [{ proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70', major: 65536 }] },
      'beacons[0].major',
    ],
    [
      'an NFC message of 65 bytes',
      { nfc: { ...nfc, message: `ü${'x'.repeat(63)}` } },
      'nfc.message',
    ],
    [
      'an NFC key that is none',
      { nfc: { ...nfc, encryptionPublicKey: 'AAAA' } },
      'nfc.encryptionPublicKey',
    ],
    ['a tag of another type', { semantics: { seats: 'A1' } }, 'semantics.seats'],
    ['a tag that Apple does not know', { semantics: { seat: 'A1' } }, 'semantics.seat'],
    ['a language that is none', { localizations: { '../de': {} } }, 'localizations.../de'],
    ['user info that is a text', { userInfo: 'x' }, 'userInfo'],
    ['a key that Apple does not know', { apple: { colour: 'red' } }, 'apple.colour'],
    ['a color in hex', { apple: { backgroundColor: '#112233' } }, 'apple.backgroundColor'],
    ['the dictionary of another style', { apple: { coupon: {} } }, 'apple.coupon'],
    [
      'a field twice',
      {
        backFields: [{ key: 'a', value: 1 }],
        apple: { generic: { headerFields: [{ key: 'a', value: 1 }] } },
      },
      'backFields[0].key',
    ],
    [
      'a price as a text',
      { apple: { generic: { headerFields: [{ key: 'a', value: '1', currencyCode: 'EUR' }] } } },
      'apple.generic.headerFields[0].value',
    ],
    [
      'markup',
      {
        apple: { generic: { backFields: [{ key: 'a', value: '1', attributedValue: '<b>1</b>' }] } },
      },
      'apple.generic.backFields[0].attributedValue',
    ],
  ])('%s is a 400 at its path', async (_, body, path) => {
    const issues = await readIssues({ title: 'Club', ...body })
    expect(issues.map((issue) => issue.path)).toContain(path)
    expect(issues).toHaveLength(1)
  })

  it('are refused on the free plan where they are colors, images and places', async () => {
    const free = await service.createKey('free')
    const apple = {
      backgroundColor: 'rgb(1, 2, 3)',
      locations: [{ latitude: 1, longitude: 2 }],
      beacons: [{ proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70' }],
      upcomingPassInformation: values.upcomingPassInformation,
      logoText: 'Club',
    }
    const issues = await readIssues({ title: 'Club', apple }, free)
    expect(issues.map(({ path }) => path).sort()).toEqual([
      'apple.backgroundColor',
      'apple.beacons',
      'apple.locations',
      'apple.upcomingPassInformation[0].images',
    ])
    for (const { message } of issues) expect(message).toContain('free plan')
  })

  it('carry a barcode of any bytes, NUL included, and a merge patch changes one key of them', async () => {
    const message = Buffer.from(Array.from({ length: 256 }, (_, n) => n)).toString('latin1')
    const aztec = { format: 'PKBarcodeFormatAztec', message, messageEncoding: 'iso-8859-1' }
    const created = (await (
      await post({ title: 'Ticket', apple: { barcodes: [aztec], logoText: 'A' } })
    ).json()) as { serialNumber: string }
    const path = `/api/passes/${created.serialNumber}`
    const json = { apple: { logoText: null, eventLogoText: 'B' } }
    expect((await service.fetch(path, { key, method: 'PATCH', json })).status).toBe(200)
    const { pass } = (await (await service.fetch(path, { key })).json()) as {
      pass: { apple: unknown }
    }
    expect(pass.apple).toEqual({ barcodes: [aztec], eventLogoText: 'B' })
  })
})
