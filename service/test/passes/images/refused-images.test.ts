import { imageSlotNames, listStylesOfSlot } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../support/databases/databases.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { readErrorResponse } from '../../support/http/error-response.ts'
import { type OriginServer, startOriginServer } from '../../support/http/origin-server.ts'
import { notPublicMessage } from '../../support/http/private-hosts.ts'
import { createPngBomb, createTinyPng } from '../../support/images/png.ts'

describe.each(databases)('a logoURL on $name', ({ createDatabase }) => {
  let service: TestService
  let key: string
  let origin: OriginServer
  let canary: OriginServer

  beforeAll(async () => {
    canary = await startOriginServer('127.0.0.1', (_, response) => response.end(createTinyPng()))
    const bomb = await createPngBomb(6000, 1, 0)
    const responses: Record<
      string,
      () => [status: number, headers: Record<string, string>, body: Buffer | string]
    > = {
      '/logo.png': () => [200, { 'content-type': 'image/png' }, createTinyPng()],
      '/404': () => [404, {}, 'no'],
      '/500': () => [500, {}, 'no'],
      '/html': () => [200, { 'content-type': 'image/png' }, '<!doctype html><p>Sign in'],
      '/svg': () => [
        200,
        { 'content-type': 'image/svg+xml' },
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
      ],
      '/empty': () => [200, { 'content-type': 'image/png' }, ''],
      '/cut': () => [200, {}, createTinyPng().subarray(0, 48)],
      '/bomb': () => [200, {}, bomb],
      '/away': () => [302, { location: `${canary.url}/logo.png` }, ''],
      '/loop': () => [302, { location: '/loop' }, ''],
      '/gzip': () => [200, { 'content-encoding': 'gzip' }, createTinyPng()],
    }
    origin = await startOriginServer('127.0.0.1', (request, response) => {
      const [status, headers, body] = responses[request.url ?? '']?.() ?? [404, {}, '']
      response.writeHead(status, headers).end(body)
    })
    service = await startTestService({
      databaseUrl: await createDatabase(),
      env: { OUTBOUND_ALLOW: `127.0.0.1:${origin.port}` },
    })
    key = await service.createKey('pro')
  })
  afterAll(async () => {
    await service.stop()
    await Promise.all([origin.close(), canary.close()])
  })

  const create = (logoURL: unknown, path = '/api/passes') =>
    service.fetch(path, {
      key,
      json: { title: 'Pass', barcodeValue: '1', barcodeFormat: 'QR', externalId: 'same', logoURL },
    })

  const rejected: [what: string, logo: () => string][] = [
    ['a private address', () => `${canary.url}/logo.png`],
    ['another notation of a private address', () => `http://2130706433:${canary.port}/logo.png`],
    ['a private address as IPv6', () => `http://[::ffff:127.0.0.1]:${canary.port}/logo.png`],
    ['a host name of a private address', () => `http://localhost:${canary.port}/logo.png`],
    ['a redirect to a private address', () => `${origin.url}/away`],
    ['endless redirects', () => `${origin.url}/loop`],
    ['this server itself', () => 'http://localhost:3000/health'],
    ['a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
    ['ftp', () => 'ftp://example.com/logo.png'],
    ['a password in the address', () => `http://a:b@127.0.0.1:${origin.port}/logo.png`],
    ['not a URL', () => 'logo.png'],
    ['a 404', () => `${origin.url}/404`],
    ['a broken server', () => `${origin.url}/500`],
    ['a sign-in page', () => `${origin.url}/html`],
    ['an SVG', () => `${origin.url}/svg`],
    ['an empty file', () => `${origin.url}/empty`],
    ['half an image', () => `${origin.url}/cut`],
    ['too many pixels', () => `${origin.url}/bomb`],
    ['a compressed response', () => `${origin.url}/gzip`],
    ['a data URI that is text', () => 'data:text/html;base64,PGI+'],
    ['a data URI that is not base64', () => 'data:image/png;base64,%%%'],
    ['a data URI of an SVG', () => `data:image/svg+xml;base64,${btoa('<svg/>')}`],
  ]
  it.each(rejected)('(%s) is a 400; nothing is stored and nothing is counted', async (_, logo) => {
    for (const path of ['/api/passes', '/api/pkpass']) {
      const problem = await readErrorResponse(await create(logo(), path))
      expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
      expect(problem.issues).toEqual([
        { path: 'logoURL', message: expect.stringMatching(/\S.{6,}/) },
      ])
    }
    const client = service.client(key)
    expect((await client.listPasses()).passes).toEqual([])
    expect((await client.listEvents()).events).toEqual([])
    expect(await client.getUsage()).toMatchObject({ count: 0 })
    expect(canary.requestPaths).toEqual([])
  })

  it('and every other image at a private address is a 400 at its path, without a connection', async () => {
    const images = imageSlotNames.map((slot) => {
      const [style = 'generic'] = listStylesOfSlot(slot)
      return { path: `${slot}URL`, style }
    })
    expect(images).toHaveLength(6)
    for (const { path, style } of images) {
      const transit = style === 'boardingPass' ? { transitType: 'air' } : {}
      for (const host of [
        `127.0.0.1:${canary.port}`,
        `localhost:${canary.port}`,
        '169.254.169.254',
      ]) {
        const json = { title: 'Pass', style, ...transit, [path]: `http://${host}/image.png` }
        const problem = await readErrorResponse(await service.fetch('/api/passes', { key, json }))
        expect([path, problem.status, problem.issues]).toEqual([
          path,
          400,
          [{ path, message: expect.stringMatching(notPublicMessage) }],
        ])
      }
    }
    expect(canary.requestPaths).toEqual([])
    expect(canary.maxConnections()).toBe(0)
  })

  it('gets the same error whatever is behind a private address', async () => {
    const closed = 'http://127.0.0.1:1/x'
    const [one, other] = [
      await readErrorResponse(await create(`${canary.url}/x`)),
      await readErrorResponse(await create(closed)),
    ]
    expect(one.error).toBe(other.error)
  })

  it('is prepared in three sizes, stored, and in the file of every download', async () => {
    const fresh = await service.createKey('pro')
    const { fetch } = service
    const json = { title: 'Pass', logoURL: `${origin.url}/logo.png` }
    const created = await fetch('/api/passes?format=pkpass', { key: fresh, json })
    expect(created.status).toBe(201)
    const file = Buffer.from(await created.arrayBuffer())
    for (const name of ['logo.png', 'logo@2x.png', 'logo@3x.png'])
      expect(file.includes(name)).toBe(true)
    const hits = origin.requestPaths.length
    const serial = created.headers.get('x-serial-number')
    const later = await fetch(`/api/passes/${serial}?format=pkpass`, { key: fresh })
    expect(Buffer.from(await later.arrayBuffer()).equals(file)).toBe(true)
    expect(origin.requestPaths.length).toBe(hits)
  })
})
