import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../support/databases.ts'
import { problemIn } from '../../support/error-response.ts'
import { type Origin, startOrigin } from '../../support/origin-server.ts'
import { pngBomb, tinyPng } from '../../support/png.ts'
import { startTestService, type TestService } from '../../support/test-service.ts'

describe.each(databases)('a logoURL that cannot be had on $name', ({ url }) => {
  let service: TestService
  let key: string
  let origin: Origin
  let canary: Origin

  beforeAll(async () => {
    canary = await startOrigin('127.0.0.1', (_, response) => response.end(tinyPng()))
    const bomb = await pngBomb(6000, 1, 0)
    const answers: Record<
      string,
      () => [status: number, headers: Record<string, string>, body: Buffer | string]
    > = {
      '/logo.png': () => [200, { 'content-type': 'image/png' }, tinyPng()],
      '/404': () => [404, {}, 'no'],
      '/500': () => [500, {}, 'no'],
      '/html': () => [200, { 'content-type': 'image/png' }, '<!doctype html><p>Sign in'],
      '/svg': () => [
        200,
        { 'content-type': 'image/svg+xml' },
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
      ],
      '/empty': () => [200, { 'content-type': 'image/png' }, ''],
      '/cut': () => [200, {}, tinyPng().subarray(0, 48)],
      '/bomb': () => [200, {}, bomb],
      '/away': () => [302, { location: `${canary.url}/logo.png` }, ''],
      '/loop': () => [302, { location: '/loop' }, ''],
      '/gzip': () => [200, { 'content-encoding': 'gzip' }, tinyPng()],
    }
    origin = await startOrigin('127.0.0.1', (request, response) => {
      const [status, headers, body] = answers[request.url ?? '']?.() ?? [404, {}, '']
      response.writeHead(status, headers).end(body)
    })
    service = await startTestService({
      databaseUrl: await url(),
      env: { OUTBOUND_ALLOW: `127.0.0.1:${origin.port}` },
    })
    key = await service.createKey('pro')
  })
  afterAll(async () => {
    await service.stop()
    await Promise.all([origin.close(), canary.close()])
  })

  const make = (logoURL: unknown, path = '/api/passes') =>
    service.fetch(path, {
      key,
      json: { title: 'Pass', barcodeValue: '1', barcodeFormat: 'QR', externalId: 'same', logoURL },
    })

  const refused: [what: string, logo: () => string][] = [
    ['a private address', () => `${canary.url}/logo.png`],
    ['another spelling of one', () => `http://2130706433:${canary.port}/logo.png`],
    ['IPv6 for one', () => `http://[::ffff:127.0.0.1]:${canary.port}/logo.png`],
    ['a name for one', () => `http://localhost:${canary.port}/logo.png`],
    ['a redirect to one', () => `${origin.url}/away`],
    ['redirects without end', () => `${origin.url}/loop`],
    ['this server itself', () => 'http://localhost:3000/health'],
    ['a cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
    ['ftp', () => 'ftp://example.com/logo.png'],
    ['a password in the address', () => `http://a:b@127.0.0.1:${origin.port}/logo.png`],
    ['no address', () => 'logo.png'],
    ['nothing there', () => `${origin.url}/404`],
    ['a broken server', () => `${origin.url}/500`],
    ['a page to sign in', () => `${origin.url}/html`],
    ['an SVG', () => `${origin.url}/svg`],
    ['an empty file', () => `${origin.url}/empty`],
    ['half an image', () => `${origin.url}/cut`],
    ['too many pixels', () => `${origin.url}/bomb`],
    ['compressed on the way', () => `${origin.url}/gzip`],
    ['a data URI that is text', () => 'data:text/html;base64,PGI+'],
    ['a data URI that is no base64', () => 'data:image/png;base64,%%%'],
    ['a data URI of an SVG', () => `data:image/svg+xml;base64,${btoa('<svg/>')}`],
  ]
  it.each(refused)(
    '(%s) is a 400 at logoURL; nothing is stored, nothing spent',
    async (_, logo) => {
      for (const path of ['/api/passes', '/api/pkpass']) {
        const problem = await problemIn(await make(logo(), path))
        expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
        expect(problem.issues).toEqual([
          { path: 'logoURL', message: expect.stringMatching(/\S.{6,}/) },
        ])
      }
      const client = service.client(key)
      expect((await client.listPasses()).passes).toEqual([])
      expect((await client.listEvents()).events).toEqual([])
      expect(await client.getUsage()).toMatchObject({ count: 0 })
      expect(canary.hits).toEqual([])
    },
  )

  it('is told in the same words whatever is behind a private address', async () => {
    const closed = 'http://127.0.0.1:1/x'
    const [one, other] = [
      await problemIn(await make(`${canary.url}/x`)),
      await problemIn(await make(closed)),
    ]
    expect(one.error).toBe(other.error)
  })

  it('and one that can be had is made into three sizes, kept, and in the file whenever it is asked for', async () => {
    const fresh = await service.createKey('pro')
    const { fetch } = service
    const json = { title: 'Pass', logoURL: `${origin.url}/logo.png` }
    const made = await fetch('/api/passes?format=pkpass', { key: fresh, json })
    expect(made.status).toBe(201)
    const file = Buffer.from(await made.arrayBuffer())
    for (const name of ['logo.png', 'logo@2x.png', 'logo@3x.png'])
      expect(file.includes(name)).toBe(true)
    const hits = origin.hits.length
    const serial = made.headers.get('x-serial-number')
    const later = await fetch(`/api/passes/${serial}?format=pkpass`, { key: fresh })
    expect(Buffer.from(await later.arrayBuffer()).equals(file)).toBe(true)
    expect(origin.hits.length).toBe(hits)
  })
})
