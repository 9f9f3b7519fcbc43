import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEndpointCheck } from '../../src/net/endpoint-check.ts'
import { parseAllowlist } from '../../src/net/guard/allowlist.ts'
import type { LookupAll } from '../../src/net/guard/fair-lookup.ts'
import { isPublicAddress } from '../../src/net/guard/ip-address.ts'
import type { SsrfGuardOptions } from '../../src/net/guard/ssrf-guard.ts'
import { createSafePost, type PostResult } from '../../src/net/safe-post.ts'
import { waitFor } from '../support/environment/wait-for.ts'
import {
  createCertificateAuthority,
  createServerCertificate,
  findSecondLoopbackAddress,
  startCanary,
  startOriginServer,
  startTcpServer,
} from '../support/http/origin-server.ts'
import {
  createLookup,
  loopbackSpellings,
  notPublicMessage,
  privateHosts,
} from '../support/http/private-hosts.ts'
import {
  responses,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../support/webhooks/webhook-receiver.ts'

const request = { headers: { 'webhook-id': 'evt_1' }, body: '{}' }
const standIn = await findSecondLoopbackAddress()
const family = standIn.includes(':') ? 6 : 4

let canary: Awaited<ReturnType<typeof startCanary>>
let receiver: WebhookReceiver
const toClose: { close(): unknown }[] = []

beforeEach(async () => {
  canary = await startCanary()
  receiver = await startWebhookReceiver()
})

afterEach(async () => {
  await Promise.all([receiver, ...toClose.splice(0)].map((one) => one.close()))
  const hits = canary.hits()
  await canary.close()
  expect(hits, 'connections to a private host').toBe(0)
})

const closeAfterTest = <T extends { close(): unknown }>(server: T): T => {
  toClose.push(server)
  return server
}

type Options = Partial<SsrfGuardOptions> & { allowed?: string; timeoutMs?: number }

/** The guard's options as in the service, except that the stand-in counts as public. */
const guardOptions = ({ allowed = '', ...options }: Options): SsrfGuardOptions & Options => ({
  allowlist: parseAllowlist(allowed).allowlist,
  isPublic: (address) => address === standIn || isPublicAddress(address),
  refusalMs: 0,
  ...options,
})
const post = (options: Options = {}) => {
  const send = createSafePost(guardOptions(options))
  return (url: string, sent: typeof request) => send(url, sent, 'ours')
}
const check = (options: Options & { lookupTimeoutMs?: number } = {}) => {
  const checkUrl = createEndpointCheck(guardOptions(options))
  return (url: string) => checkUrl(url, 'ours')
}

/** Posts to the receiver, which the operator has allowed. */
const toReceiver = (path: string, options: Options = {}) =>
  post({ allowed: `127.0.0.1:${receiver.port}`, ...options })(`${receiver.url}${path}`, request)

const describeResult = (posted: PostResult) =>
  posted.outcome === 'responded' ? String(posted.response.status) : posted.reason
const responded = (status: number, text = '', retryAfter?: string): PostResult => ({
  outcome: 'responded',
  response: { status, text, retryAfter },
})
const refused: PostResult = { outcome: 'refused', reason: expect.stringMatching(notPublicMessage) }

describe('a webhook URL', () => {
  it('of a private host in any spelling is refused when it is registered and when it is posted to', async () => {
    const [send, checkUrl] = [post(), check()]
    for (const host of privateHosts) {
      for (const scheme of ['http', 'https']) {
        const url = `${scheme}://${host}:${canary.port}/hook`
        expect(await checkUrl(url), url).toMatch(notPublicMessage)
        const posted = await send(url, request)
        expect(posted.outcome, url).not.toBe('responded')
        expect(describeResult(posted), url).toMatch(notPublicMessage)
      }
    }
    expect(new Set(privateHosts).size).toBeGreaterThanOrEqual(42)
  })

  it('of the same spellings is accepted and reached once the operator allows its range', async () => {
    const open = { allowed: '127.0.0.0/8' }
    for (const host of loopbackSpellings) {
      const url = `http://${host}:${receiver.port}/hook`
      expect(await check(open)(url), url).toBeUndefined()
      expect(await post(open)(url, request), url).toEqual(responded(200, 'said 200'))
    }
    expect(receiver.requests).toHaveLength(loopbackSpellings.length)
  })

  it('is refused when any one address of its name is private', async () => {
    const lookup = createLookup({
      'private.test': ['127.0.0.1'],
      'mapped.test': ['::ffff:127.0.0.1'],
      'mixed.test': ['93.184.215.14', '127.0.0.1'],
      'metadata.test': ['169.254.169.254'],
    })
    for (const name of ['private', 'mapped', 'mixed', 'metadata']) {
      const url = `http://${name}.test:${canary.port}/`
      expect(await check({ lookup })(url), url).toMatch(notPublicMessage)
      expect(await post({ lookup })(url, request), url).toEqual(refused)
    }
  })

  it('cannot be told from one that does not exist, neither by the words nor by the time', async () => {
    const fail =
      (code: string): LookupAll =>
      (_hostname, _options, callback) =>
        callback(Object.assign(new Error(code), { code }), [])
    const url = 'http://internal.test:5432/'
    const find = (addresses: string[]) => createLookup({ 'internal.test': addresses })
    const lookups: [string, LookupAll][] = [
      ['private', find(['10.0.0.7'])],
      ['metadata', find(['169.254.169.254'])],
      ['without an address', find([])],
      ['unknown', fail('ENOTFOUND')],
      ['without data', fail('ENODATA')],
      ['not to be looked up just now', fail('EAI_AGAIN')],
    ]
    for (const [what, lookup] of lookups) {
      const startedAt = performance.now()
      const options = { lookup, refusalMs: 60 }
      const [checked, posted] = await Promise.all([
        check(options)(url),
        post(options)(url, request),
      ])
      expect(performance.now() - startedAt, what).toBeGreaterThanOrEqual(59)
      expect(checked, what).toMatch(notPublicMessage)
      expect(checked, what).toContain('try again in a minute if its DNS failed')
      expect(posted, what).toEqual({ outcome: 'refused', reason: checked })
    }
    const never = check({ lookup: () => {}, lookupTimeoutMs: 50 })
    expect(await never(url)).toBe(await check({ lookup: find(['10.0.0.7']) })(url))
  })

  it('can be registered while it is down if the operator allows its name', async () => {
    const down = { lookup: createLookup({}) }
    const url = `http://n8n:${canary.port}/`
    expect(await check(down)(url)).toMatch(notPublicMessage)
    expect(await check({ ...down, allowed: 'n8n' })(url)).toBeUndefined()
    expect(await post({ ...down, allowed: 'n8n' })(url, request)).toEqual(refused)
  })

  it('whose name changes its address after the check is posted to the checked address', async () => {
    const origin = closeAfterTest(
      await startOriginServer(standIn, (_request, response) => response.end('ok')),
    )
    let lookups = 0
    const rebinding: LookupAll = (_hostname, _options, callback) => {
      lookups += 1
      const [address, kind] = lookups % 2 === 1 ? [standIn, family] : ['127.0.0.1', 4]
      callback(null, [{ address, family: kind }])
    }
    const options = { lookup: rebinding }
    expect(describeResult(await post(options)(`http://rebind.test:${origin.port}/`, request))).toBe(
      '200',
    )
    expect(lookups).toBe(1)
    expect(await post(options)(`http://rebind.test:${canary.port}/`, request)).toEqual(refused)
    // Public when it is registered, private when it is posted to.
    expect(await check(options)(`http://rebind.test:${canary.port}/`)).toBeUndefined()
    expect(await post(options)(`http://rebind.test:${canary.port}/`, request)).toEqual(refused)
    expect(origin.requestPaths).toHaveLength(1)
  })

  it('must be http or https, without a user name', async () => {
    const invalidUrls: Record<string, RegExp> = {
      'ftp://a.test/x': /^needs to begin with https/,
      'file:///etc/passwd': /^needs to begin with https/,
      [`gopher://127.0.0.1:${canary.port}/_POST`]: /^needs to begin with https/,
      [`http://me:secret@127.0.0.1:${canary.port}/`]: /user name or a password/,
      [`https://me@127.0.0.1:${canary.port}/`]: /user name or a password/,
      'hook.example.com/x': /^is not a URL/,
      'http://[::1': /^is not a URL/,
      '': /^is not a URL/,
    }
    const open = { allowed: '127.0.0.0/8' }
    for (const [url, sentence] of Object.entries(invalidUrls)) {
      expect(await check(open)(url), url).toMatch(sentence)
      const posted = await post(open)(url, request)
      expect(posted, url).toEqual({ outcome: 'refused', reason: expect.stringMatching(sentence) })
    }
    expect(await check()('https://93.184.215.14/hook?token=a#b')).toBeUndefined()
  })

  it('of a private host, or of the service itself, is reached only if the operator allows it', async () => {
    const lookup = createLookup({
      n8n: ['127.0.0.1'],
      'other.test': ['127.0.0.1'],
      ours: [standIn],
    })
    const both = async (options: Options, url: string) => {
      const reason = await check({ lookup, ...options })(url)
      const posted = await post({ lookup, ...options })(url, request)
      expect(reason ?? '200').toBe(describeResult(posted))
      return describeResult(posted)
    }
    const { port } = receiver
    expect(await both({}, `http://n8n:${port}/`)).toMatch(notPublicMessage)
    expect(await both({ allowed: `n8n:${port}` }, `http://n8n:${port}/`)).toBe('200')
    expect(await both({ allowed: `n8n:${port}` }, `http://n8n:${canary.port}/`)).toMatch(
      notPublicMessage,
    )
    expect(await both({ allowed: `n8n:${port}` }, `http://other.test:${port}/`)).toMatch(
      notPublicMessage,
    )
    expect(await both({ allowed: '127.0.0.0/8' }, `http://other.test:${port}/`)).toBe('200')

    const ours = closeAfterTest(
      await startOriginServer(standIn, (_request, response) => response.end('ok')),
    )
    const url = `http://OURS.:${ours.port}/hook`
    const ownOrigins = [`http://ours:${ours.port}`]
    expect(await both({ ownOrigins }, url)).toMatch(notPublicMessage)
    expect(ours.requestPaths).toEqual([])
    expect(await both({ ownOrigins, allowed: 'ours' }, url)).toBe('200')
  })

  it('is checked without a connection, and within the timeout when its name never resolves', async () => {
    const origin = closeAfterTest(
      await startOriginServer(standIn, (_request, response) => response.end('ok')),
    )
    expect(await check()(`http://${family === 6 ? `[${standIn}]` : standIn}:${origin.port}/`)).toBe(
      undefined,
    )
    expect(origin.maxConnections()).toBe(0)
    const checkUrl = check({ lookup: () => {}, lookupTimeoutMs: 50 })
    expect(await checkUrl('https://never.test/')).toMatch(notPublicMessage)
  })
})

describe('a post', () => {
  it('arrives byte for byte, with the given headers', async () => {
    const body = JSON.stringify({ name: 'Ada 🎟️ Führer\u2028', long: 'é'.repeat(100_000) })
    const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,a' }
    const send = post({ allowed: '127.0.0.1' })
    expect(await send(`${receiver.url}/a/b?c=d%20e#f`, { headers, body })).toEqual(
      responded(200, 'said 200'),
    )
    expect(receiver.requests).toMatchObject([{ path: '/a/b?c=d%20e', body }])
    expect(receiver.requests[0]?.headers).toEqual({
      ...headers,
      host: `127.0.0.1:${receiver.port}`,
      connection: 'close',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'accept-encoding': 'identity',
      'user-agent': 'Passwright',
    })
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i redirect', async (status) => {
    receiver.setResponse('/', responses.redirecting(`http://127.0.0.1:${canary.port}/`, status))
    expect(await toReceiver('/')).toEqual(responded(status, `said ${status}`))
    receiver.setResponse('/', responses.redirecting('/elsewhere', status))
    expect(await toReceiver('/')).toEqual(responded(status, `said ${status}`))
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/', '/'])
  })

  it('returns the status and the Retry-After header as they were sent', async () => {
    receiver.setResponse('/gone', responses.gone)
    expect(await toReceiver('/gone')).toEqual(responded(410, 'said 410'))
    receiver.setResponse('/500', responses.failing)
    expect(await toReceiver('/500')).toEqual(responded(500, 'said 500'))
    for (const retryAfter of ['120', 'Fri, 15 Jan 2027 09:30:00 GMT', '1000000000', 'soon']) {
      receiver.setResponse('/busy', responses.busy(retryAfter === '120' ? 429 : 503, retryAfter))
      const status = retryAfter === '120' ? 429 : 503
      expect(await toReceiver('/busy')).toEqual(responded(status, `said ${status}`, retryAfter))
    }
    receiver.setResponse('/204', (_hit, _request, response) => response.writeHead(204).end())
    expect(await toReceiver('/204')).toEqual(responded(204))
  })

  it('times out: no response, a slow one, endless headers, no handshake, a name that never resolves', async () => {
    receiver.setResponse('/silent', responses.silent)
    receiver.setResponse('/slow', responses.slow(5000))
    const dead = closeAfterTest(await startTcpServer('127.0.0.1', () => {}))
    const drips = closeAfterTest(
      await startTcpServer('127.0.0.1', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-A: ')),
    )
    const send = post({ allowed: '127.0.0.0/8', lookup: () => {}, timeoutMs: 300 })
    const started = performance.now()
    const urls = [
      `${receiver.url}/silent`,
      `${receiver.url}/slow`,
      `https://127.0.0.1:${dead.port}/`,
      `http://127.0.0.1:${drips.port}/`,
      `http://never.test:${canary.port}/`,
    ]
    const posted = await Promise.all(urls.map((url) => send(url, request)))
    expect(performance.now() - started).toBeLessThan(1500)
    expect(posted).toEqual(
      urls.map(() => ({
        outcome: 'failed',
        reason: 'did not send a complete response within 0.3 seconds',
      })),
    )
  })

  it('returns the status when the body is slow, cut off or endless', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n'
    const drips = closeAfterTest(await startTcpServer('127.0.0.1', (socket) => drip(socket, head)))
    const cut = closeAfterTest(
      await startTcpServer('127.0.0.1', (socket) => socket.end(`${head}taken`)),
    )
    const send = post({ allowed: '127.0.0.0/8', timeoutMs: 400 })
    const started = performance.now()
    expect(await send(`http://127.0.0.1:${drips.port}/`, request)).toEqual(
      responded(200, expect.stringMatching(/^x+$/)),
    )
    expect(performance.now() - started).toBeLessThan(1500)
    expect(await send(`http://127.0.0.1:${cut.port}/`, request)).toEqual(responded(200, 'taken'))
    receiver.setResponse('/endless', responses.endless)
    const before = process.memoryUsage.rss()
    for (let round = 0; round < 20; round += 1) {
      expect(await toReceiver('/endless')).toEqual(responded(200, 'x'.repeat(1024)))
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(40_000_000)
  })

  it('closes the connection after 64 KB of a response', async () => {
    let sent = 0
    const huge: RequestListener = (_request, response) => {
      response.writeHead(500, { 'content-length': 1e9 })
      const block = Buffer.alloc(16_384, 'y')
      const writeMore = () => {
        while (!response.destroyed && response.write(block)) sent += block.length
      }
      response.on('drain', writeMore)
      writeMore()
    }
    const origin = closeAfterTest(await startOriginServer('127.0.0.1', huge))
    const posted = await post({ allowed: '127.0.0.1' })(origin.url, request)
    expect(posted).toEqual(responded(500, 'y'.repeat(1024)))
    // The socket buffers of both sides are added to the 64 KB.
    expect(sent).toBeLessThan(20_000_000)
  })

  it('keeps at most 1 KB of the response, as one plain line', async () => {
    const texts: [string | Buffer, string][] = [
      ['  no\u0000 such\r\n\u001b[31mworkflow\u009b\u2028here\t', 'no such [31mworkflow here'],
      ['é'.repeat(2000), 'é'.repeat(512)],
      [`x${'🎟'.repeat(2000)}`, `x${'🎟'.repeat(255)}`],
      [Buffer.alloc(2000, 0xff), '\ufffd'.repeat(341)],
      ['abc\u202edef', 'abcdef'],
      ['', ''],
    ]
    for (const [body, text] of texts) {
      receiver.setResponse('/', (_hit, _request, response) => response.end(body))
      expect(await toReceiver('/')).toEqual(responded(200, text))
    }
    receiver.setResponse('/', (_hit, _request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unasked')),
    )
    expect(await toReceiver('/')).toEqual(responded(200))
  })

  it('fails when the server resets the connection, is unreachable or does not use HTTP', async () => {
    receiver.setResponse('/reset', responses.reset)
    expect(await toReceiver('/reset')).toEqual({
      outcome: 'failed',
      reason: 'closed the connection before the response was complete',
    })
    const garbage = closeAfterTest(
      await startTcpServer('127.0.0.1', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
    )
    const gone = await startOriginServer('127.0.0.1', () => {})
    await gone.close()
    const send = post({ allowed: '127.0.0.1' })
    expect(await send(`http://127.0.0.1:${garbage.port}/`, request)).toEqual({
      outcome: 'failed',
      reason: 'did not send a valid HTTP response',
    })
    expect(await send(gone.url, request)).toEqual({
      outcome: 'failed',
      reason: 'could not be reached',
    })
  })

  it('is sent only to a host with a valid TLS certificate', async () => {
    const authority = await createCertificateAuthority()
    const trusted = getCACertificates()
    setDefaultCACertificates([...trusted, authority.cert])
    toClose.push({ close: () => setDefaultCACertificates(trusted) })
    const serve = async (certificate: { key: string; cert: string }) =>
      closeAfterTest(
        await startOriginServer(standIn, (_request, response) => response.end('ok'), certificate),
      )
    const good = await serve(await createServerCertificate('hook.test', { authority }))
    const expired = await serve(await createServerCertificate('hook.test', { authority, days: 0 }))
    const wrong = await serve(await createServerCertificate('other.test', { authority }))
    const selfSigned = await serve(await createServerCertificate('hook.test'))
    const send = post({ lookup: createLookup({ 'hook.test': [standIn] }) })
    const at = (port: number) => send(`https://hook.test:${port}/`, request)
    const failed = (sentence: string) => ({ outcome: 'failed', reason: sentence })
    expect(await at(good.port)).toEqual(responded(200, 'ok'))
    expect(await at(expired.port)).toEqual(failed('has an expired TLS certificate'))
    expect(await at(wrong.port)).toEqual(failed('has a TLS certificate for another host'))
    expect(await at(selfSigned.port)).toEqual(
      failed('has a TLS certificate that is not signed by a trusted authority'),
    )
    expect([expired.requestPaths, wrong.requestPaths, selfSigned.requestPaths].flat()).toEqual([])
  })

  it('leaves no connection open, whatever its result', async () => {
    receiver.setResponse('/endless', responses.endless)
    receiver.setResponse('/silent', responses.silent)
    receiver.setResponse('/reset', responses.reset)
    receiver.setResponse('/gone', responses.gone)
    const paths = ['/good', '/endless', '/silent', '/reset', '/gone']
    const many = Array.from({ length: 100 }, (_, index) => paths[index % paths.length] ?? '')
    await Promise.all(many.map((path) => toReceiver(path, { timeoutMs: 1000 })))
    expect(receiver.requests).toHaveLength(100)
    expect(await waitFor(receiver.openConnections, (open) => open === 0)).toBe(0)
  })
})

function drip(socket: Socket, head: string): void {
  socket.on('error', () => {})
  socket.write(head)
  const timer = setInterval(() => socket.write('x'), 20)
  socket.once('close', () => clearInterval(timer))
}
