import { type Style, styles } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { ensureDebianPackages } from '../support/run/debian.ts'
import {
  buildKPkPassReader,
  kpkpassPackages,
  type ReadWithKPkPass,
} from '../support/verify/kpkpass.ts'

const isInstalled = await ensureDebianPackages(kpkpassPackages, 'passes read by KPkPass')

const barcodes = ['QR', 'PDF417', 'Aztec', 'Code128', 'QR'] as const
const groups = [
  'headerFields',
  'primaryFields',
  'secondaryFields',
  'auxiliaryFields',
  'backFields',
] as const

const buildBody = (style: Style, index: number) => ({
  style,
  ...(style === 'boardingPass' && { transitType: 'train' }),
  description: `Zürich "${style}" 🎟`,
  logoText: 'Club',
  barcodeFormat: barcodes[index],
  barcodeValue: `Member-${index}`,
  barcodeAltText: `No. ${index}`,
  expirationDate: '2040-01-31T12:00:00+01:00',
  ...Object.fromEntries(
    groups.map((group) => [
      group,
      [
        { key: `${group}-text`, label: 'Ort', value: 'Genève', changeMessage: 'Now %@' },
        { key: `${group}-number`, label: 'Points', value: 7 },
      ],
    ]),
  ),
})

describe.skipIf(!isInstalled)('a pass in the wallet of KDE, which reads it with KPkPass', () => {
  let service: TestService
  let key: string
  let read: ReadWithKPkPass

  beforeAll(async () => {
    read = await buildKPkPassReader()
    service = await startTestService({ env: { PUBLIC_URL: 'https://passes.example.com' } })
    key = await service.createKey()
  }, 120_000)
  afterAll(() => service?.stop())

  it('is the same pass, in every style', async () => {
    const bodies = styles.map(buildBody)
    const passes = await Promise.all(bodies.map((body) => service.client(key).createPass(body)))
    const [identity] = service.ctx.identities()
    const found = await read(...passes.map(({ applePass }) => Buffer.from(applePass, 'base64')))
    const expected = bodies.map((body, index) => ({
      type: body.style[0]?.toUpperCase() + body.style.slice(1),
      description: body.description,
      organizationName: identity?.organizationName,
      passTypeIdentifier: identity?.passTypeIdentifier,
      serialNumber: passes[index]?.serialNumber,
      backgroundColor: '#1c1c1e',
      expirationDate: '2040-01-31T11:00:00Z',
      barcodes: [
        {
          format: body.barcodeFormat,
          message: body.barcodeValue,
          alternativeText: body.barcodeAltText,
        },
      ],
      // 29 points at 3x.
      iconWidth: 87,
      ...Object.fromEntries(
        groups.map((group) => [
          group,
          expect.arrayContaining([
            { key: `${group}-text`, label: 'Ort', value: 'Genève', changeMessage: 'Now Genève' },
            { key: `${group}-number`, label: 'Points', value: '', changeMessage: '' },
          ]),
        ]),
      ),
    }))
    expect(found).toMatchObject(expected)
  })

  it('is fetched anew from the address and with the token that KPkPass reads in it', async () => {
    const { serialNumber, applePass } = await service
      .client(key)
      .createPass({ title: 'Club', label: 'Seat', value: '1A' })
    await service.client(key).patchPass(serialNumber, { value: '2B' })
    const [old] = await read(Buffer.from(applePass, 'base64'))
    const { origin, pathname } = new URL(old?.updateUrl ?? '')
    expect(origin).toBe('https://passes.example.com')
    const headers = { authorization: `ApplePass ${old?.authenticationToken}` }
    const response = await service.fetch(pathname, { headers })
    expect(response.status).toBe(200)
    const [updated] = await read(await response.bytes())
    expect(updated?.serialNumber).toBe(serialNumber)
    expect(updated?.secondaryFields[0]).toMatchObject({ label: 'Seat', value: '2B' })
  })

  it('is refused when it is not a pass', async () => {
    expect(await read(Buffer.from('not a pass'))).toEqual([null])
  })
})
