import type { X509Certificate } from 'node:crypto'
import { imageSlotNames } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../../support/certificates/development-root.ts'
import { databases } from '../../support/databases/databases.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { readErrorResponse } from '../../support/http/error-response.ts'
import { type OriginServer, startOriginServer } from '../../support/http/origin-server.ts'
import {
  blue,
  type Color,
  createBands,
  createStripes,
  expectNear,
  green,
  listExtraChunks,
  listSizes,
  readPixel,
  red,
  toDataUri,
  white,
} from '../../support/images/pixels.ts'
import { createTinyPng } from '../../support/images/png.ts'
import { verifyPass } from '../../support/passes/verify-pass.ts'

/** The slots of each style, with the size at 1x of an image of 1200 × 600 pixels. */
const sizes = { logo: '100x50', icon: '29x29', thumbnail: '90x60', footer: '30x15' }
const styles: Record<string, Record<string, string>> = {
  generic: { logo: sizes.logo, icon: sizes.icon, thumbnail: sizes.thumbnail },
  storeCard: { logo: sizes.logo, icon: sizes.icon, strip: '375x144' },
  coupon: { logo: sizes.logo, icon: sizes.icon, strip: '375x144' },
  eventTicket: {
    logo: sizes.logo,
    icon: sizes.icon,
    thumbnail: sizes.thumbnail,
    background: '180x220',
  },
  boardingPass: { logo: sizes.logo, icon: sizes.icon, footer: sizes.footer },
}
const transit = (style: string) => (style === 'boardingPass' ? { transitType: 'air' } : {})

describe.each(databases)('the images of a pass on $name', ({ createDatabase }) => {
  let service: TestService
  let root: X509Certificate
  let key: string
  let origin: OriginServer
  let picture: Buffer
  let bands: Buffer

  beforeAll(async () => {
    picture = await createStripes(1200, 600, [red, green, blue]).jpeg({ quality: 95 }).toBuffer()
    // Of a strip for an event ticket, the upper and lower bands are cropped.
    bands = await createBands(1125, 432, [red, white, green, green, blue, red]).png().toBuffer()
    origin = await startOriginServer('127.0.0.1', (request, response) => {
      const files: Record<string, Buffer> = { '/picture': picture, '/bands': bands }
      const file = files[request.url ?? '']
      response.writeHead(file ? 200 : 404).end(file)
    })
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { OUTBOUND_ALLOW: `127.0.0.1:${origin.port}` },
    })
    root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
    key = await service.createKey('pro')
  })
  afterAll(async () => {
    await service.stop()
    await origin.close()
  })

  const create = (json: object, query = '') =>
    service.fetch(`/api/passes${query}`, { key, json: { title: 'Pass', ...json } })
  const change = (serial: string, json: object, method = 'PATCH') =>
    service.fetch(`/api/passes/${serial}`, { key, method, json })
  const createPass = async (json: object) => {
    const response = await create(json)
    expect(response.status).toBe(201)
    return (await response.json()) as { serialNumber: string; style: string }
  }
  const download = async (serial: string) => {
    const response = await service.fetch(`/api/passes/${serial}?format=pkpass`, { key })
    const file = Buffer.from(await response.arrayBuffer())
    return verifyPass(file, { root, programs: false })
  }
  /** The PNGs of a slot at 1x, 2x and 3x, as a phone downloads them. */
  const readSlot = async (serial: string, slot: string) => {
    const { files } = await download(serial)
    return ['', '@2x', '@3x'].flatMap((scale) => files.get(`${slot}${scale}.png`) ?? [])
  }
  const toMessages = async (response: Response) => {
    const { status, issues } = await readErrorResponse(response)
    return [status, issues?.map(({ path, message }) => `${path} ${message}`)]
  }

  describe.each(Object.entries(styles))('in the style %s', (style, slots) => {
    it.each([
      ['a URL', () => `${origin.url}/picture`],
      ['a data URI', () => toDataUri(picture, 'image/jpeg')],
    ])('fill every slot from %s at three scales, as plain PNGs', async (_, getSource) => {
      const sources = Object.keys(slots).map((slot) => [`${slot}URL`, getSource()])
      const { serialNumber, style: replied } = await createPass({
        style,
        ...transit(style),
        ...Object.fromEntries(sources),
      })
      expect(replied).toBe(style)
      const { files } = await download(serialNumber)
      const names = [...files.keys()].filter((name) => name.endsWith('.png'))
      expect(names).toHaveLength(3 * Object.keys(slots).length)
      for (const [slot, size] of Object.entries(slots)) {
        const pngs = await readSlot(serialNumber, slot)
        const [width = 0, height = 0] = size.split('x').map(Number)
        const expected = [1, 2, 3].map((n) => `${width * n}x${height * n}`)
        expect([slot, listSizes(pngs)]).toEqual([slot, expected])
        for (const [index, png] of pngs.entries()) {
          expect(listExtraChunks(png)).toEqual([])
          const [x, y] = [width, height].map((length) => Math.floor((length * (index + 1)) / 2))
          expectNear(await readPixel(png, x ?? 0, y ?? 0), green, 12, slot)
        }
      }
    })

    it('are refused where it does not show them, each at its path, with all other issues', async () => {
      const hidden = imageSlotNames
        .filter((slot) => !Object.hasOwn(slots, slot))
        // A generic pass with a strip is a store card; an event ticket shows one.
        .filter((slot) => slot !== 'strip' || style === 'boardingPass')
      const body = Object.fromEntries(hidden.map((slot) => [`${slot}URL`, `${origin.url}/none`]))
      const asked = origin.requestPaths.length
      const bad = { ...body, style, ...transit(style), color: 'blueish', title: '' }
      const [status, messages] = await toMessages(await create(bad))
      expect(status).toBe(400)
      const notShown = hidden.map((slot) =>
        expect.stringMatching(
          new RegExp(`^${slot}URL is not shown in the style ${style}, only in`),
        ),
      )
      expect(messages).toEqual(
        expect.arrayContaining([...notShown, expect.stringMatching(/^color must be a color/)]),
      )
      expect(origin.requestPaths).toHaveLength(asked)
    })
  })

  it('that cannot be used are all named in one reply, and nothing is stored', async () => {
    const { count } = await service.client(key).getUsage()
    const response = await create({
      logoURL: `${origin.url}/missing`,
      iconURL: `${origin.url}/picture`,
      thumbnailURL: toDataUri(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    })
    expect(await toMessages(response)).toEqual([
      400,
      [
        'logoURL responded with 404',
        'thumbnailURL is not a PNG, JPEG or WebP image but an SVG; export it as PNG',
      ],
    ])
    expect(await service.client(key).getUsage()).toMatchObject({ count })
  })

  it('make a generic pass with a strip a store card, in the reply, the file and the list', async () => {
    for (const style of [undefined, 'generic', null, '']) {
      const pass = await createPass({ style, stripURL: `${origin.url}/bands` })
      expect(pass.style).toBe('storeCard')
      const { passJson } = await download(pass.serialNumber)
      expect([passJson.storeCard, passJson.generic]).toEqual([expect.anything(), undefined])
      const { passes } = await service.client(key).listPasses({ limit: 1 })
      expect(passes[0]).toMatchObject({ serialNumber: pass.serialNumber, style: 'storeCard' })
    }
    const pass = await createPass({ thumbnailURL: `${origin.url}/picture` })
    const strip = { stripURL: toDataUri(bands) }
    expect(await toMessages(await change(pass.serialNumber, strip))).toEqual([
      400,
      [expect.stringMatching(/^thumbnailURL is not shown beside a stripURL; remove one/)],
    ])
    const changed = await change(pass.serialNumber, { ...strip, thumbnailURL: null })
    expect(changed.status).toBe(200)
    expect((await download(pass.serialNumber)).passJson.storeCard).toBeDefined()
    const back = await change(pass.serialNumber, { title: 'Pass' }, 'PUT')
    expect(back.status).toBe(200)
    expect((await download(pass.serialNumber)).passJson.generic).toBeDefined()
  })

  describe.each([
    ['a URL', () => `${origin.url}/bands`],
    ['a data URI', () => toDataUri(bands)],
  ])('from %s', (_, getSource) => {
    it('fit the new style after a PATCH of the style alone', async () => {
      const stripURL = getSource()
      const { serialNumber } = await createPass({ style: 'coupon', stripURL })
      const [, , before] = await readSlot(serialNumber, 'strip')
      expect(listSizes([before!])).toEqual(['1125x432'])
      const asked = origin.requestPaths.length
      expect((await change(serialNumber, { style: 'eventTicket' })).status).toBe(200)
      const after = await readSlot(serialNumber, 'strip')
      expect(listSizes(after)).toEqual(['375x98', '750x196', '1125x294'])
      // Not squeezed: the bands keep their height, the first and the last are cropped.
      for (const [y, color] of [
        [10, white],
        [80, green],
        [210, green],
        [284, blue],
      ] as [number, Color][]) {
        expectNear(await readPixel(after[2]!, 500, y), color, 3, `at ${y}`)
      }
      expect((await change(serialNumber, { style: 'storeCard' })).status).toBe(200)
      expect(listSizes(await readSlot(serialNumber, 'strip'))).toEqual([
        '375x144',
        '750x288',
        '1125x432',
      ])
      expect(origin.requestPaths).toHaveLength(asked)
    })

    it('have the size of the pass that they are merged into, which the request need not repeat', async () => {
      const externalId = `merged ${_}`
      const { serialNumber } = await createPass({ externalId, style: 'eventTicket' })
      const merge = { externalId, stripURL: getSource() }
      expect((await create(merge, '?onExisting=merge')).status).toBe(200)
      const [first] = await readSlot(serialNumber, 'strip')
      expect(listSizes([first!])).toEqual(['375x98'])
      // Prepared for the size of a store card first, it would have lost its sides.
      const exact = await createStripes(1125, 294, [red, ...Array<Color>(8).fill(green), blue])
        .png()
        .toBuffer()
      const sides = { externalId, stripURL: toDataUri(exact) }
      expect((await create(sides, '?onExisting=merge')).status).toBe(200)
      const [, , largest] = await readSlot(serialNumber, 'strip')
      expectNear(await readPixel(largest!, 10, 100), red)
      expectNear(await readPixel(largest!, -10, 100), blue)
      const wrong = await create({ externalId, footerURL: getSource() }, '?onExisting=merge')
      expect(await toMessages(wrong)).toEqual([
        400,
        [expect.stringMatching(/^footerURL is not shown in the style eventTicket, only in board/)],
      ])
    })

    it('that a new style would not show are refused in the PATCH of the style, and can be removed with it', async () => {
      const { serialNumber } = await createPass({ thumbnailURL: getSource() })
      expect(await toMessages(await change(serialNumber, { style: 'coupon' }))).toEqual([
        400,
        [
          'thumbnailURL is not shown in the style coupon, only in generic and eventTicket; remove it (with null in a PATCH) or choose another style',
        ],
      ])
      const both = { style: 'coupon', thumbnailURL: null }
      expect((await change(serialNumber, both)).status).toBe(200)
      expect(await readSlot(serialNumber, 'thumbnail')).toEqual([])
    })

    it('stay in a PATCH of something else, and come back in a PUT of what GET tells', async () => {
      const small = toDataUri(await createStripes(60, 20, [red, blue]).png().toBuffer())
      const images = { logoURL: small, stripURL: getSource() }
      const { serialNumber } = await createPass({ style: 'coupon', ...images })
      const before = (await download(serialNumber)).files
      expect((await change(serialNumber, { value: '2' })).status).toBe(200)
      const after = (await download(serialNumber)).files
      const pngs = [...before].filter(([name]) => name.endsWith('.png'))
      expect(pngs).toHaveLength(9)
      for (const [name, png] of pngs) expect(after.get(name)?.equals(png), name).toBe(true)

      const { pass } = await service.client(key).getPass(serialNumber)
      expect((await change(serialNumber, pass, 'PUT')).status).toBe(200)
      const [logo] = await readSlot(serialNumber, 'logo')
      expect(listSizes([logo!])).toEqual(['60x20'])
      const [strip] = await readSlot(serialNumber, 'strip')
      expect(listSizes([strip!])).toEqual(['375x144'])
    })
  })

  it('include an icon: its own, else one from the logo on the color of the pass, else the default', async () => {
    const iconURL = toDataUri(await createStripes(200, 100, [red, green, red]).png().toBuffer())
    const square: Color[] = [
      [0, 0, 0, 0],
      [250, 250, 250, 255],
      [0, 0, 0, 0],
    ]
    const logoURL = toDataUri(await createStripes(300, 100, square).png().toBuffer())
    const { serialNumber } = await createPass({ logoURL, iconURL, color: '#1e40af' })
    const readIcon = async () => (await readSlot(serialNumber, 'icon'))[2] ?? Buffer.alloc(0)
    expectNear(await readPixel(await readIcon(), 43, 43), green)

    expect((await change(serialNumber, { iconURL: null })).status).toBe(200)
    expect(listSizes(await readSlot(serialNumber, 'icon'))).toEqual(['29x29', '58x58', '87x87'])
    expectNear(await readPixel(await readIcon(), 43, 43), [250, 250, 250])
    expectNear(await readPixel(await readIcon(), 2, 2), [0x1e, 0x40, 0xaf])
    // The icon is part of what the pass shows, not of what it says.
    expect(Object.keys((await service.client(key).getPass(serialNumber)).pass)).not.toContain(
      'iconURL',
    )

    expect((await change(serialNumber, { color: '#8f1d1d' })).status).toBe(200)
    expectNear(await readPixel(await readIcon(), 2, 2), [0x8f, 0x1d, 0x1d])

    expect((await change(serialNumber, { logoURL: null })).status).toBe(200)
    const plain = await createPass({})
    expect(await readIcon()).toEqual((await readSlot(plain.serialNumber, 'icon'))[2])
  })

  it('of a logo in a pass that was made before there were icons from logos are drawn at its next download', async () => {
    const logoURL = toDataUri(await createStripes(100, 100, [green]).png().toBuffer())
    const { serialNumber } = await createPass({ logoURL })
    const { images } = await service.ctx.db
      .selectFrom('pass')
      .select('images')
      .where('serial_number', '=', serialNumber)
      .executeTakeFirstOrThrow()
    expect(Object.keys(JSON.parse(images))).toEqual(['logo'])
    const [icon] = await readSlot(serialNumber, 'icon')
    expectNear(await readPixel(icon!, 14, 14), green)
  })

  it('are the same in the file of the create call and in every download', async () => {
    const json = {
      title: 'Pass',
      style: 'eventTicket',
      logoURL: `${origin.url}/picture`,
      stripURL: toDataUri(createTinyPng()),
    }
    const made = await service.fetch('/api/passes?format=pkpass', { key, json })
    const file = Buffer.from(await made.arrayBuffer())
    const serial = made.headers.get('x-serial-number')
    const later = await service.fetch(`/api/passes/${serial}?format=pkpass`, { key })
    expect(Buffer.from(await later.arrayBuffer()).equals(file)).toBe(true)
  })
})
