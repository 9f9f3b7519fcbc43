import { execFile } from 'node:child_process'
import type { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { findRunner } from '../support/drop-in/runner.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import {
  createUnknownKey,
  startTestService,
  type TestService,
} from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { type OriginServer, startOriginServer } from '../support/http/origin-server.ts'
import { readHeader } from '../support/images/png.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'
import { computeContrast, toRgb } from '../support/web/contrast.ts'

const run = promisify(execFile)
const folder = fileURLToPath(new URL('../support/drop-in/', import.meta.url))

/** Programs of WalletWallet's users, and the pass that each requests. */
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
    background: toRgb('#1e40af'),
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
    background: toRgb('#1e40af'),
    logo: true,
    days: 365,
  },
]

const nextYear = new Date().getUTCFullYear() + 1

describe('a program written for WalletWallet’s first API, with only host and key changed,', () => {
  let origin: OriginServer
  let service: TestService
  let root: X509Certificate
  let clock = () => new Date()

  beforeAll(async () => {
    const picture = { width: 320, height: 320, channels: 4, background: '#00aa55' } as const
    const logo = await sharp({ create: picture }).png().toBuffer()
    origin = await startOriginServer('127.0.0.1', (_, response) => response.end(logo))
    service = await startTestService({
      env: { OUTBOUND_ALLOW: `127.0.0.1:${origin.port}` },
      overrides: () => ({ now: () => clock() }),
    })
    root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(async () => {
    await service.stop()
    await origin.close()
  })

  it.for(programs)(
    '($file) creates a pass that independent tools verify',
    { timeout: 180_000 },
    async (program, { skip }) => {
      const { file, barcode, texts, background, days, logo } = program
      const found = await findRunner(file)
      if ('missing' in found) return skip(found.missing)
      const out = join(await createTemporaryFolder(), 'created.pkpass')
      const key = await service.createKey('pro')
      const startedAt = Date.now()
      await run(found.runner, [join(folder, file)], {
        env: {
          PATH: process.env.PATH,
          HOST: service.url,
          KEY: key,
          OUT: out,
          LOGO: `${origin.url}/logo.png`,
        },
      })

      // Uses unzip, openssl and certtool where they are installed, and pkijs and the DER order always.
      const { passJson, files } = await verifyPass(await readFile(out), { root })
      const [format, message] = barcode
      expect(passJson.barcodes).toEqual([{ format, message, messageEncoding: 'iso-8859-1' }])
      const shown = JSON.stringify(passJson.generic)
      for (const text of texts) expect(shown).toContain(JSON.stringify(text))
      expect(passJson.backgroundColor).toBe(background)
      expect(computeContrast(passJson.foregroundColor, background)).toBeGreaterThanOrEqual(4.5)
      if (days === undefined) expect(passJson).not.toHaveProperty('expirationDate')
      else {
        const left = Date.parse(String(passJson.expirationDate)) - startedAt
        expect(Math.round(left / (24 * 60 * 60 * 1000))).toBe(days)
      }
      const sizes = [...files]
        .filter(([name]) => name.startsWith('logo'))
        .map(([, png]) => readHeader(png).height)
      expect(sizes).toEqual(logo ? [50, 100, 150] : [])
    },
  )

  const required = { barcodeValue: 'M-1', barcodeFormat: 'QR', title: 'Card' }
  const fetchError = async (json: object, key?: string, headers = {}) =>
    readErrorResponse(await service.fetch('/api/pkpass', { json, key, headers }))

  it.each(Object.keys(required))('gets a 400 that names a missing %s', async (field) => {
    const { [field as keyof typeof required]: _, ...rest } = required
    const problem = await fetchError(rest, await service.createKey('free'))
    expect(problem).toMatchObject({
      status: 400,
      error: `${field} is required`,
      issues: [{ path: field, message: 'is required' }],
    })
  })

  it('gets a 400 that names every value that is not documented', async () => {
    const invalid = {
      ...required,
      barcodeFormat: 'EAN13',
      colorPreset: 'pink',
      expirationDays: 3651,
    }
    const { status, issues } = await fetchError(invalid, await service.createKey('free'))
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

  it('gets a 400 for color and logoURL on the free plan, and the logo is never fetched', async () => {
    const hits = origin.requestPaths.length
    const branded = { ...required, color: '#1e40af', logoURL: `${origin.url}/logo.png` }
    const { status, issues } = await fetchError(branded, await service.createKey('free'))
    expect([status, issues?.map(({ path }) => path)]).toEqual([400, ['color', 'logoURL']])
    expect(origin.requestPaths.length).toBe(hits)
  })

  it('gets a 401 without a key, with an unknown key, and with another scheme', async () => {
    const key = await service.createKey('free')
    const rejected = [
      await fetchError(required),
      await fetchError(required, createUnknownKey()),
      await fetchError(required, 'ww_live_0123456789abcdef0123456789abcdef'),
      await fetchError(required, undefined, { authorization: `Basic ${key}` }),
      await fetchError(required, undefined, { authorization: key }),
    ]
    for (const { status, headers } of rejected) {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    }
    const response = await service.fetch('/api/pkpass', {
      json: required,
      headers: { authorization: `bearer ${key}` },
    })
    expect(response.status).toBe(200)
  })

  it('gets a 429 with the documented text, the limit of the free plan and the first of the next month', async () => {
    clock = () => new Date(`${nextYear}-01-31T12:00:00.000Z`)
    const key = await service.createKey('free', 'Used up')
    const owner = service.ctx.db.selectFrom('api_key').select('id').where('name', '=', 'Used up')
    const { id } = await owner.executeTakeFirstOrThrow()
    const month = `${nextYear}-01`
    await service.ctx.db.insertInto('quota').values({ key_id: id, month, used: 999 }).execute()
    expect((await service.fetch('/api/pkpass', { json: required, key })).status).toBe(200)
    const { status, error, headers } = await fetchError(required, key)
    expect(status).toBe(429)
    expect(error).toBe(
      `Rate limit exceeded. Limit: 1000/month. Resets: ${nextYear}-02-01T00:00:00.000Z`,
    )
    expect(headers.get('retry-after')).toBe(String(12 * 60 * 60))
    clock = () => new Date(`${nextYear}-02-01T00:00:00.000Z`)
    expect((await service.fetch('/api/pkpass', { json: required, key })).status).toBe(200)
  })
})
