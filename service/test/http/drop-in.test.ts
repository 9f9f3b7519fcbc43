import { execFile } from 'node:child_process'
import type { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contrastOf, rgbOf } from '../support/contrast.ts'
import { developmentRoot } from '../support/development-root.ts'
import { runnerOf } from '../support/drop-in/runner.ts'
import { problemIn } from '../support/error-response.ts'
import { type Origin, startOrigin } from '../support/origin-server.ts'
import { readHeader } from '../support/png.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startTestService, type TestService, unknownKey } from '../support/test-service.ts'
import { judgePass } from '../support/verify-pass.ts'

const run = promisify(execFile)
const folder = fileURLToPath(new URL('../support/drop-in/', import.meta.url))

/** The programs of WalletWallet's users, and the pass that each asks for. */
const programs = [
  {
    file: 'curl-inline.sh',
    barcode: ['PKBarcodeFormatQR', 'LOYALTY-98765'],
    texts: ['Coffee Rewards', 'Member', 'Gold Status'],
    background: 'rgb(28, 28, 30)',
    days: 365,
  },
  {
    file: 'curl-branded.sh',
    barcode: ['PKBarcodeFormatPDF417', 'GYM-2025-0042'],
    texts: ['Downtown Fitness', 'Membership', 'Premium'],
    background: rgbOf('#1e40af'),
    logo: true,
    days: 90,
  },
  {
    file: 'curl-smallest.sh',
    barcode: ['PKBarcodeFormatCode128', '12345678'],
    texts: ['Ticket'],
    background: 'rgb(28, 28, 30)',
  },
  {
    file: 'javascript.mjs',
    barcode: ['PKBarcodeFormatAztec', 'TICKET-00123'],
    texts: ['Summer Concert', 'Seat', 'Row 5, Seat 12'],
    background: 'rgb(88, 28, 135)',
    days: 30,
  },
  {
    file: 'python.py',
    barcode: ['PKBarcodeFormatQR', 'MEMBER-12345'],
    texts: ['Museum Membership', 'Member', 'Jane Doe'],
    background: rgbOf('#1e40af'),
    logo: true,
    days: 365,
  },
]

const nextYear = new Date().getUTCFullYear() + 1

describe('who wrote code for WalletWallet’s first API changes host and key, and', () => {
  let origin: Origin
  let service: TestService
  let root: X509Certificate
  let clock = () => new Date()

  beforeAll(async () => {
    const picture = { width: 320, height: 320, channels: 4, background: '#00aa55' } as const
    const logo = await sharp({ create: picture }).png().toBuffer()
    origin = await startOrigin('127.0.0.1', (_, response) => response.end(logo))
    service = await startTestService({
      env: { OUTBOUND_ALLOW: `127.0.0.1:${origin.port}` },
      change: () => ({ now: () => clock() }),
    })
    root = await developmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(async () => {
    await service.stop()
    await origin.close()
  })

  it.for(programs)(
    '$file makes a pass that other people’s programs find right',
    { timeout: 180_000 },
    async (program, { skip }) => {
      const { file, barcode, texts, background, days, logo } = program
      const found = await runnerOf(file)
      if ('missing' in found) return skip(found.missing)
      const out = join(await temporaryFolder(), 'made.pkpass')
      const key = await service.createKey('pro')
      const asked = Date.now()
      await run(found.runner, [join(folder, file)], {
        env: {
          PATH: process.env.PATH,
          HOST: service.url,
          KEY: key,
          OUT: out,
          LOGO: `${origin.url}/logo.png`,
        },
      })

      // By unzip, openssl and certtool where they are there; by pkijs and for the DER order anyway.
      const { passJson, files } = await judgePass(await readFile(out), { root })
      const [format, message] = barcode
      expect(passJson.barcodes).toEqual([{ format, message, messageEncoding: 'iso-8859-1' }])
      const shown = JSON.stringify(passJson.generic)
      for (const text of texts) expect(shown).toContain(JSON.stringify(text))
      expect(passJson.backgroundColor).toBe(background)
      expect(contrastOf(passJson.foregroundColor, background)).toBeGreaterThanOrEqual(4.5)
      if (days === undefined) expect(passJson).not.toHaveProperty('expirationDate')
      else {
        const left = Date.parse(String(passJson.expirationDate)) - asked
        expect(Math.round(left / (24 * 60 * 60 * 1000))).toBe(days)
      }
      const sizes = [...files]
        .filter(([name]) => name.startsWith('logo'))
        .map(([, png]) => readHeader(png).height)
      expect(sizes).toEqual(logo ? [50, 100, 150] : [])
    },
  )

  const required = { barcodeValue: 'M-1', barcodeFormat: 'QR', title: 'Card' }
  const ask = async (json: object, key?: string, headers = {}) =>
    problemIn(await service.fetch('/api/pkpass', { json, key, headers }))

  it.each(Object.keys(required))('hears a 400 that names a missing %s', async (field) => {
    const { [field as keyof typeof required]: _, ...rest } = required
    const problem = await ask(rest, await service.createKey('free'))
    expect(problem).toMatchObject({
      status: 400,
      error: `${field} is required`,
      issues: [{ path: field, message: 'is required' }],
    })
  })

  it('hears a 400 that names a value which is none of those documented', async () => {
    const wrong = { ...required, barcodeFormat: 'EAN13', colorPreset: 'pink', expirationDays: 3651 }
    const { status, issues } = await ask(wrong, await service.createKey('free'))
    expect(status).toBe(400)
    expect(issues).toEqual([
      { path: 'barcodeFormat', message: 'must be one of: QR, PDF417, Aztec, Code128' },
      {
        path: 'colorPreset',
        message: 'must be one of: dark, light, blue, green, red, purple, orange',
      },
      { path: 'expirationDays', message: 'must be between 1 and 3650' },
    ])
  })

  it('hears a 400 for color and logoURL on the free plan, and the logo is never fetched', async () => {
    const hits = origin.hits.length
    const branded = { ...required, color: '#1e40af', logoURL: `${origin.url}/logo.png` }
    const { status, issues } = await ask(branded, await service.createKey('free'))
    expect([status, issues?.map(({ path }) => path)]).toEqual([400, ['color', 'logoURL']])
    expect(origin.hits.length).toBe(hits)
  })

  it('hears a 401 without a key, with one that nobody has, and with another scheme', async () => {
    const key = await service.createKey('free')
    const refused = [
      await ask(required),
      await ask(required, unknownKey()),
      await ask(required, 'ww_live_0123456789abcdef0123456789abcdef'),
      await ask(required, undefined, { authorization: `Basic ${key}` }),
      await ask(required, undefined, { authorization: key }),
    ]
    for (const { status, headers } of refused) {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
    const answer = await service.fetch('/api/pkpass', {
      json: required,
      headers: { authorization: `bearer ${key}` },
    })
    expect(answer.status).toBe(200)
  })

  it('hears a 429 in the very words, with the limit of the free plan and the first of the next month', async () => {
    clock = () => new Date(`${nextYear}-01-31T12:00:00.000Z`)
    const key = await service.createKey('free', 'Used up')
    const owner = service.ctx.db.selectFrom('api_key').select('id').where('name', '=', 'Used up')
    const { id } = await owner.executeTakeFirstOrThrow()
    const month = `${nextYear}-01`
    await service.ctx.db.insertInto('quota').values({ key_id: id, month, used: 999 }).execute()
    expect((await service.fetch('/api/pkpass', { json: required, key })).status).toBe(200)
    const { status, error, headers } = await ask(required, key)
    expect(status).toBe(429)
    expect(error).toBe(
      `Rate limit exceeded. Limit: 1000/month. Resets: ${nextYear}-02-01T00:00:00.000Z`,
    )
    expect(headers.get('retry-after')).toBe(String(12 * 60 * 60))
    clock = () => new Date(`${nextYear}-02-01T00:00:00.000Z`)
    expect((await service.fetch('/api/pkpass', { json: required, key })).status).toBe(200)
  })
})
