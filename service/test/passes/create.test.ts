import type { X509Certificate } from 'node:crypto'
import { type ProblemCode, parseRoute, routes } from '@passwright/shared'
import { MadePass, PASS_MEDIA_TYPE } from '@passwright/shared/schema'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readDevelopmentRoot } from '../support/certificates/development-root.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'
import { readErrorResponse } from '../support/http/error-response.ts'
import { readHeader } from '../support/images/png.ts'
import { verifyPass } from '../support/passes/verify-pass.ts'

const card = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042', barcodeFormat: 'QR' }
const OpenApi = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe.each(databases)('creating a pass on $name', ({ createDatabase: newUrl }) => {
  let service: TestService
  let root: X509Certificate
  let key: string
  let clock = () => new Date()

  beforeAll(async () => {
    service = await startTestService({
      databaseUrl: await newUrl(),
      env: { PUBLIC_URL: 'https://passes.example.com/press' },
      overrides: () => ({ now: () => clock() }),
    })
    root = await readDevelopmentRoot(service.ctx.config.certificatesDir)
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    clock = () => new Date()
    key = await service.createKey('pro', 'Front desk')
  })

  const post = (path: string, json: object, headers = {}) =>
    service.fetch(path, { key, json, headers })
  const get = (path: string, headers = {}) => service.fetch(path, { key, headers })
  const readBytes = async (response: Response) => Buffer.from(await response.arrayBuffer())

  it('at /api/pkpass replies 200 with a file that independent tools verify', async () => {
    const response = await post('/api/pkpass', card)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/vnd.apple.pkpass',
      'content-disposition': 'attachment; filename="riverside-climbing-club.pkpass"',
      'x-serial-number': expect.stringMatching(uuid),
      'x-pass-url': expect.stringMatching(/^https:\/\/passes\.example\.com\/press\/p\/[\w-]{32}$/),
      'x-passwright-identity': 'development',
      'x-request-id': expect.stringMatching(/\S/),
    })
    const bytes = await readBytes(response)
    expect(response.headers.get('content-length')).toBe(String(bytes.length))
    const { passJson, signingTime } = await verifyPass(bytes, { root })
    expect(passJson.serialNumber).toBe(response.headers.get('x-serial-number'))
    expect(response.headers.get('x-pass-url')).not.toContain(passJson.serialNumber)
    expect(Math.abs(Date.now() - Number(signingTime))).toBeLessThan(60_000)
  })

  it('at /api/passes replies 201 with the documented JSON, which contains the file', async () => {
    const response = await post('/api/passes', {
      ...card,
      externalId: 'm-1',
      metadata: { a: 'hidden from the pass' },
    })
    expect(response.status).toBe(201)
    expect(response.headers.get('x-passwright-identity')).toBe('development')
    const reply = MadePass.parse(await response.json())
    const shareUrl = response.headers.get('x-pass-url')
    expect(reply).toEqual({
      serialNumber: response.headers.get('x-serial-number'),
      externalId: 'm-1',
      outcome: 'created',
      title: 'Riverside Climbing Club',
      subtitle: null,
      barcodeValue: 'MEMBER-1042',
      expirationDate: null,
      shareUrl,
      downloadUrl: `${shareUrl}.pkpass`,
      fileName: 'riverside-climbing-club.pkpass',
      applePass: expect.any(String),
      googleSaveUrl: null,
      style: 'generic',
      voided: false,
      createdAt: expect.stringMatching(instant),
      lastUpdated: reply.createdAt,
      installs: 0,
      metadata: { a: 'hidden from the pass' },
    })
    const file = Buffer.from(reply.applePass, 'base64')
    expect(file.toString('base64')).toBe(reply.applePass)
    const { passJson } = await verifyPass(file, { root, programs: false })
    expect(passJson.serialNumber).toBe(reply.serialNumber)
    expect(JSON.stringify(passJson)).not.toContain('hidden from the pass')

    const { applePass, outcome, ...summary } = reply
    const read = await get(`/api/passes/${reply.serialNumber}`)
    expect(read.status).toBe(200)
    expect(await read.json()).toEqual({
      ...summary,
      pass: {
        ...card,
        externalId: 'm-1',
        metadata: { a: 'hidden from the pass' },
        passTypeIdentifier: passJson.passTypeIdentifier,
      },
    })
    const { events } = await service.client(key).listEvents()
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^evt_/),
        type: 'pass.created',
        timestamp: reply.createdAt,
        data: summary,
      },
    ])
  })

  const axios = 'application/json, text/plain, */*'
  const json = 'application/json; charset=utf-8'
  it.each([
    ['/api/pkpass', 200, axios, PASS_MEDIA_TYPE],
    ['/api/pkpass', 200, 'application/json', PASS_MEDIA_TYPE],
    ['/api/pkpass?format=json', 200, PASS_MEDIA_TYPE, json],
    ['/api/pkpass?format=pkpass', 200, '*/*', PASS_MEDIA_TYPE],
    ['/api/passes', 201, axios, json],
    ['/api/passes', 201, '*/*', json],
    ['/api/passes', 201, 'text/html', json],
    ['/api/passes', 201, PASS_MEDIA_TYPE, PASS_MEDIA_TYPE],
    ['/api/passes?format=pkpass', 201, 'application/json', PASS_MEDIA_TYPE],
    ['/api/passes?format=json', 201, PASS_MEDIA_TYPE, json],
  ])('%s replies %i to Accept: %s with %s', async (path, status, accept, type) => {
    const response = await post(path, card, { accept })
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
    const bytes = await readBytes(response)
    const file =
      type === json ? Buffer.from(JSON.parse(bytes.toString()).applePass, 'base64') : bytes
    await verifyPass(file, { root, programs: false })
  })

  it('rejects every other format at both addresses, and counts nothing', async () => {
    for (const query of [
      'format=',
      'format=PKPASS',
      'format=binary',
      'format=json&format=json',
      'format[]=json',
    ]) {
      for (const path of ['/api/pkpass', '/api/passes']) {
        const problem = await readErrorResponse(await post(`${path}?${query}`, card))
        expect([problem.status, problem.code]).toEqual([400, 'invalid_request'])
      }
    }
    expect(await service.client(key).getUsage()).toMatchObject({ count: 0 })
  })

  it('returns the same bytes at any time to its creator, its owner and everyone with the link', async () => {
    const color = { r: 30, g: 64, b: 175 }
    const png = await sharp({ create: { width: 640, height: 200, channels: 3, background: color } })
      .png()
      .toBuffer()
    const logoURL = `data:image/png;base64,${png.toString('base64')}`
    const response = await post('/api/pkpass', { ...card, logoURL })
    const file = await readBytes(response)
    clock = () => new Date(Date.now() + 7 * 24 * 60 * 60 * 1000)
    const serial = response.headers.get('x-serial-number')
    const link = new URL(response.headers.get('x-pass-url') ?? '').pathname.replace('/press', '')
    const downloads = [
      get(`/api/passes/${serial}?format=pkpass`),
      get(`/api/passes/${serial}`, { accept: PASS_MEDIA_TYPE }),
      service.fetch(`${link}.pkpass`),
      service.fetch(`${link}.pkpass?utm_source=mail&fbclid=1&format=json`),
      service.fetch(`${link}.pkpass`, { headers: { accept: 'text/html' } }),
    ]
    for (const download of await Promise.all(downloads)) {
      expect(download.status).toBe(200)
      expect(download.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
      expect(download.headers.get('content-disposition')).toBe(
        response.headers.get('content-disposition'),
      )
      expect(download.headers.get('x-passwright-identity')).toBe('development')
      expect((await readBytes(download)).equals(file)).toBe(true)
    }
    const { files } = await verifyPass(file, { root, programs: false })
    const listSizes = (name: string) =>
      ['', '@2x', '@3x'].map((scale) => {
        const { width, height } = readHeader(files.get(`${name}${scale}.png`) ?? Buffer.alloc(0))
        return `${width}x${height}`
      })
    expect(listSizes('icon')).toEqual(['29x29', '58x58', '87x87'])
    expect(listSizes('logo')).toEqual(['160x50', '320x100', '480x150'])
    expect(files.size).toBe(9)
  })

  it('with a known externalId updates that pass: 200 at both addresses, the same serial number and links, one event', async () => {
    const first = await post('/api/passes', { ...card, externalId: 'm-7' })
    const created = MadePass.parse(await first.json())
    clock = () => new Date(Date.now() + 60_000)
    const updated = await post('/api/passes', { ...card, externalId: 'm-7', title: 'Renamed' })
    expect([first.status, updated.status]).toEqual([201, 200])
    const { applePass, lastUpdated, ...same } = MadePass.parse(await updated.json())
    const { applePass: _, lastUpdated: before, ...kept } = created
    const renamed = { outcome: 'updated', title: 'Renamed', fileName: 'renamed.pkpass' }
    expect(same).toEqual({ ...kept, ...renamed })
    expect(Date.parse(lastUpdated)).toBeGreaterThan(Date.parse(created.lastUpdated))

    const path = new URL(created.downloadUrl).pathname.replace('/press', '')
    const file = await readBytes(await service.fetch(path))
    expect(file.equals(Buffer.from(applePass, 'base64'))).toBe(true)
    expect((await verifyPass(file, { root, programs: false })).passJson.description).toBe('Renamed')
    const unchanged = await post('/api/pkpass', { ...card, externalId: 'm-7', title: 'Renamed' })
    expect([unchanged.status, unchanged.headers.get('x-serial-number')]).toEqual([
      200,
      created.serialNumber,
    ])
    expect((await readBytes(unchanged)).equals(file)).toBe(true)
    const { events } = await service.client(key).listEvents()
    expect(events.map(({ type }) => type)).toEqual([
      'pass.created',
      'pass.updated',
      'pass.downloaded',
    ])
    expect(await service.client(key).getUsage()).toMatchObject({ count: 1 })
  })

  it('is described in /openapi.json, which lists exactly the routes that exist', async () => {
    const { paths } = OpenApi.parse(await (await service.fetch('/openapi.json')).json())
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      ),
    )
    expect(listed.sort()).toEqual(Object.values(routes).sort())
    const routingErrors: ProblemCode[] = ['not_found', 'method_not_allowed']
    // The name of a page or a file, or a setting: without it there is nothing.
    const needsMore = /^\/(?:assets\/|docs\/:|(?:metrics|mcp)$)/
    for (const { method, path } of listed.map(parseRoute)) {
      const response = await service.fetch(
        path.replace(':token', 'x').replace(':serialNumber', 'x'),
        { method },
      )
      if (path === '/keys') expect(response.status).toBe(403)
      else if (path.startsWith('/p/'))
        expect(await response.text()).toContain('no pass at this address')
      else if (path.startsWith('/images/'))
        expect(await response.text()).toContain('no image at this address')
      else if (response.status >= 400 && !needsMore.test(path))
        expect(routingErrors, path).not.toContain((await readErrorResponse(response)).code)
    }
    const { code } = await readErrorResponse(await get('/api/pass'))
    expect(code).toBe('not_found')
  })
})
