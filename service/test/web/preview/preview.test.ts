import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadReadyTemplates } from '../../../src/templates/ready.ts'
import { openTemplate, readDraft } from '../../../src/web/editor/browser/draft/draft.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { readErrorResponse } from '../../support/http/error-response.ts'

const card = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042', barcodeFormat: 'QR' }

describe('POST /preview', () => {
  let service: TestService
  let clock = new Date('2027-03-05T12:00:00Z')
  const fetched: string[] = []
  let signed = 0

  beforeAll(async () => {
    service = await startTestService({
      overrides: (ctx) => ({
        now: () => clock,
        images: {
          prepare: (source, ...others) => {
            if (!source.startsWith('data:')) fetched.push(source)
            return ctx.images.prepare(source, ...others)
          },
        },
        signPass: (...args) => {
          signed += 1
          return ctx.signPass(...args)
        },
      }),
    })
  })
  afterAll(() => service.stop())

  const preview = (json: unknown, init: RequestInit = {}) =>
    service.fetch('/preview', { json, ...init })
  const read = async (json: unknown) => {
    const response = await preview(json)
    expect(response.status).toBe(200)
    return (await response.json()) as { html: string; warnings: unknown[] }
  }

  it('draws front and back without a key, and signs, stores and fetches nothing', async () => {
    const backFields = [{ label: 'Terms', value: 'Show this <b>card</b>' }]
    const { html, warnings, ...others } = await read({
      ...card,
      backFields,
      color: '#1e40af',
      locations: [{ latitude: 1, longitude: 2 }],
      logoURL: 'http://192.0.2.1/logo.png',
      thumbnailURL: 'https://club.example/ada.jpg',
    })
    expect(html).toContain('Riverside Climbing Club')
    expect(html).toContain('--pc-background:#1e40af')
    expect(html).toContain('Show this &#60;b&#62;card&#60;/b&#62;')
    expect(html).toMatch(/<svg[^>]+aria-label="Barcode"/)
    // Each image is a placeholder.
    expect(
      [...html.matchAll(/<img class="pc-(\w+)" src="data:image\/png/g)].map(([, s]) => s),
    ).toEqual(['logo', 'thumbnail'])
    expect(html).not.toMatch(/192\.0\.2\.1|club\.example|<script|onerror/)
    expect(warnings).toEqual([])
    // Google Wallet is off.
    expect(others).toEqual({})
    const stored = await service.ctx.db.selectFrom('pass').selectAll().execute()
    expect([fetched, signed, stored]).toEqual([[], 0, []])
  })

  it('shows an embedded image, and says at its path why another cannot be used', async () => {
    const background = '#00aa55'
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background } })
      .png()
      .toBuffer()
    const logoURL = `data:image/png;base64,${png.toString('base64')}`
    expect((await read({ ...card, logoURL })).html).toMatch(/<img class="pc-logo"[^>]+width="9"/)
    const refused = await preview({ ...card, logoURL: 'data:image/png;base64,AAAA' })
    expect(await readErrorResponse(refused)).toMatchObject({
      status: 400,
      issues: [{ path: 'logoURL', message: expect.stringContaining('not a PNG') }],
    })
  })

  it('warns of what Wallet will not show, as creating the pass does', async () => {
    const body = { ...card, backFields: [{ value: 1, changeMessage: 'More' }], maxDistance: 5 }
    const { warnings } = await read(body)
    const created = await service.fetch('/api/passes', {
      json: body,
      key: await service.createKey(),
    })
    expect(warnings).toEqual(((await created.json()) as { warnings: unknown[] }).warnings)
    expect(warnings).toHaveLength(2)
  })

  it('draws every ready template with its samples, as the editor opens it', async () => {
    const templates = loadReadyTemplates()
    expect(templates.length).toBeGreaterThan(10)
    for (const template of templates) {
      const { request, issues } = readDraft(openTemplate(template))
      expect([template.name, issues]).toEqual([template.name, []])
      const { html, warnings } = await read(request)
      expect(html).not.toMatch(/\{\{\w+\}\}/)
      expect([template.name, warnings]).toEqual([template.name, []])
    }
  })

  it('speaks the language of the pass', async () => {
    const field = { value: '2027-03-05T18:00:00Z', dateStyle: 'long' }
    const { html } = await read({ ...card, locale: 'de', auxiliaryFields: [field] })
    expect(html).toContain('5. März 2027')
    expect(html).toContain('KARTE')
  })

  it('names everything that is wrong with a body at once, as creating a pass does', async () => {
    const body = {
      ...card,
      barcodeFormat: 'Code128',
      barcodeValue: 'ü',
      titel: 1,
      expirationDays: 0,
    }
    const { status, code, issues = [] } = await readErrorResponse(await preview(body))
    expect([status, code]).toEqual([400, 'invalid_request'])
    expect(issues.map(({ path }) => path).toSorted()).toEqual([
      'barcodeValue',
      'expirationDays',
      'titel',
    ])
    const blank = await readErrorResponse(await preview({}))
    expect(blank).toMatchObject({ status: 400, issues: [{ path: 'title' }] })
    const text = await preview('', { headers: { 'content-type': 'text/plain' } })
    expect((await readErrorResponse(text)).status).toBe(415)
  })

  it('draws so many for one address in a minute, fewer of large bodies, and then refuses with Retry-After', async () => {
    clock = new Date(clock.getTime() + 60_000)
    // What a compressed body comes to is known only when it was read, so it counts as the largest.
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const body = gzipSync(JSON.stringify(card))
    const statuses: number[] = []
    while (statuses.at(-1) !== 429 && statuses.length < 200) {
      const response = await service.fetch('/preview', { method: 'POST', headers, body })
      statuses.push(response.status)
    }
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    expect(statuses.length).toBeGreaterThan(100)
    const refused = await preview(card)
    expect((await readErrorResponse(refused)).code).toBe('too_many_requests')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    // What is wrong with a request is told first.
    expect((await preview({})).status).toBe(400)
    clock = new Date(clock.getTime() + 61_000)
    expect((await preview(card)).status).toBe(200)
  })
})
