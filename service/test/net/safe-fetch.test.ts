import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLimiter } from '../../src/concurrency/limiter.ts'
import { parseAllowlist } from '../../src/net/guard/allowlist.ts'
import type { LookupAll } from '../../src/net/guard/fair-lookup.ts'
import { isPublicAddress } from '../../src/net/guard/ip-address.ts'
import type { FetchLimits, SafeFetchOptions } from '../../src/net/safe-fetch.ts'
import { createSafeFetch } from '../../src/net/safe-fetch.ts'
import {
  createCertificateAuthority,
  createServerCertificate,
  findClosedPort,
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

const limits = { maxBytes: 2_000_000, timeoutMs: 5000, maxRedirects: 3 }
const standIn = await findSecondLoopbackAddress()
const family = standIn.includes(':') ? 6 : 4

let canary: Awaited<ReturnType<typeof startCanary>>
const toClose: { close(): unknown }[] = []

beforeEach(async () => {
  canary = await startCanary()
})

afterEach(async () => {
  await Promise.all(toClose.splice(0).map((one) => one.close()))
  const hits = canary.hits()
  await canary.close()
  expect(hits, 'connections to a private host').toBe(0)
})

const closeAfterTest = <T extends { close(): unknown }>(server: T): T => {
  toClose.push(server)
  return server
}
const origin = async (
  listener: RequestListener,
  ...rest: [] | [Parameters<typeof startOriginServer>[2]]
) => closeAfterTest(await startOriginServer(standIn, listener, ...rest))

/** The fetch as in the service, except that the stand-in counts as public. */
const publicFetch = (options: Partial<SafeFetchOptions> & { allowed?: string } = {}) => {
  const { allowlist, errors } = parseAllowlist(options.allowed ?? '')
  expect(errors).toEqual([])
  const fetch = createSafeFetch({
    allowlist,
    isPublic: (address) => address === standIn || isPublicAddress(address),
    refusalMs: 0,
    ...options,
  })
  return (url: string, limits: FetchLimits, owner = 'ours') => fetch(url, limits, owner)
}

const describeResult = (fetched: Awaited<ReturnType<ReturnType<typeof createSafeFetch>>>) =>
  fetched.outcome === 'refused' ? fetched.reason : fetched.outcome

test('no spelling of a private host is connected to, and all get the same error', async () => {
  const fetch = publicFetch()
  const texts = new Set<string>()
  for (const host of privateHosts) {
    for (const scheme of ['http', 'https']) {
      texts.add(describeResult(await fetch(`${scheme}://${host}:${canary.port}/logo.png`, limits)))
    }
  }
  expect(new Set(privateHosts).size).toBeGreaterThanOrEqual(42)
  expect([...texts]).toEqual([expect.stringMatching(notPublicMessage)])
})

test('the same spellings reach a server on loopback once its range is allowed', async () => {
  const server = closeAfterTest(
    await startOriginServer('127.0.0.1', (_request, response) => response.end('ok')),
  )
  const fetch = publicFetch({ allowed: '127.0.0.0/8' })
  const reached = []
  for (const host of loopbackSpellings) {
    reached.push(
      describeResult(await fetch(`http://${host}:${server.port}/${encodeURI(host)}`, limits)),
    )
  }
  expect(reached).toEqual(loopbackSpellings.map(() => 'bytes'))
  expect(server.requestPaths).toHaveLength(loopbackSpellings.length)
})

test('an open and a closed private port and an unknown name get the same error', async () => {
  const open = closeAfterTest(
    await startOriginServer('127.0.0.1', (_request, response) => response.end()),
  )
  const fetch = publicFetch({ lookup: createLookup({ 'intranet.test': ['127.0.0.1'] }) })
  const results = [
    await fetch(`http://127.0.0.1:${open.port}/`, limits),
    await fetch(`http://127.0.0.1:${await findClosedPort()}/`, limits),
    await fetch(`http://intranet.test:${open.port}/`, limits),
    await fetch(`http://nowhere.test:${open.port}/`, limits),
  ]
  expect(new Set(results.map(describeResult))).toEqual(
    new Set([expect.stringMatching(notPublicMessage)]),
  )
  expect(open.requestPaths).toEqual([])
})

test('a name is refused when any one of its addresses is private', async () => {
  const server = await origin((_request, response) => response.end('ok'))
  const fetch = publicFetch({
    lookup: createLookup({
      'good.test': [standIn],
      'private.test': ['127.0.0.1'],
      'mapped.test': ['::ffff:127.0.0.1'],
      'nat64.test': ['64:ff9b::7f00:1'],
      'mixed.test': [standIn, '127.0.0.1'],
      'mixed6.test': [standIn, '::1'].toReversed(),
      'metadata.test': ['169.254.169.254'],
      'empty.test': [],
    }),
  })
  expect(describeResult(await fetch(`http://good.test:${server.port}/`, limits))).toBe('bytes')
  for (const name of ['private', 'mapped', 'nat64', 'mixed', 'mixed6', 'metadata', 'empty']) {
    if (name === 'mixed6' && standIn === '::1') continue
    expect(
      describeResult(await fetch(`http://${name}.test:${canary.port}/`, limits)),
      name,
    ).toMatch(notPublicMessage)
  }
  expect(server.requestPaths).toHaveLength(1)
})

test('a name that changes its address after the check is resolved once, and the checked address is connected to', async () => {
  const server = await origin((_request, response) => response.end('ok'))
  let lookups = 0
  const rebinding: LookupAll = (_hostname, _options, callback) => {
    lookups += 1
    callback(null, [
      lookups === 1 ? { address: standIn, family } : { address: '127.0.0.1', family: 4 },
    ])
  }
  const fetch = publicFetch({ lookup: rebinding })
  expect(describeResult(await fetch(`http://rebind.test:${server.port}/a`, limits))).toBe('bytes')
  expect({ lookups, hits: server.requestPaths }).toEqual({ lookups: 1, hits: ['/a'] })
  expect(describeResult(await fetch(`http://rebind.test:${canary.port}/b`, limits))).toMatch(
    notPublicMessage,
  )
  expect(lookups).toBe(2)
})

test('nothing is sent when the system connects to another address than the checked one', async () => {
  const server = closeAfterTest(
    await startOriginServer('127.0.0.1', (_request, response) => response.end('x')),
  )
  let reads = 0
  const changingAddress = {
    family,
    get address() {
      reads += 1
      return reads <= 2 ? standIn : '127.0.0.1'
    },
  }
  const fetch = publicFetch({
    lookup: (_hostname, _options, callback) => callback(null, [changingAddress]),
  })
  expect(describeResult(await fetch(`http://changing.test:${server.port}/`, limits))).toMatch(
    notPublicMessage,
  )
  expect(reads).toBeGreaterThan(2)
  expect(server.maxConnections()).toBe(1)
  expect(server.requestPaths).toEqual([])
})

test('up to three redirects are followed, each checked like the first URL', async () => {
  const locations: Record<string, string> = {
    '/1': '/bytes',
    '/3': '/2',
    '/2': '/1',
    '/4': '/3',
    '/loop': '/loop',
    '/private': `http://127.0.0.1:${canary.port}/`,
    '/localhost': `//localhost:${canary.port}/`,
    '/file': 'file:///etc/hostname',
    '/ftp': 'ftp://127.0.0.1/',
    '/data': 'data:image/png;base64,AAAA',
    '/user': `http://me:secret@${standIn}/`,
    '/nonsense': 'http://[',
  }
  const server = await origin((request, response) => {
    const location = locations[request.url ?? '']
    if (location === undefined) return response.end('at last')
    response.writeHead(302, { location }).end('moved')
  })
  const fetch = publicFetch()
  const from = async (path: string) => describeResult(await fetch(`${server.url}${path}`, limits))
  expect(await from('/1')).toBe('bytes')
  expect(await from('/3')).toBe('bytes')
  expect(await from('/4')).toBe('redirects more than 3 times')
  expect(await from('/loop')).toBe('redirects more than 3 times')
  expect(await from('/private')).toMatch(notPublicMessage)
  expect(await from('/localhost')).toMatch(notPublicMessage)
  for (const path of ['/file', '/ftp', '/data']) {
    expect(await from(path)).toBe(
      'redirects to an address that needs to begin with https:// or http://',
    )
  }
  expect(await from('/user')).toMatch(/^redirects to .* must not contain a user name/)
  expect(await from('/nonsense')).toMatch(/^redirects to an address that is not a URL/)

  const withoutRedirects = await fetch(`${server.url}/1`, { ...limits, maxRedirects: 0 })
  expect(describeResult(withoutRedirects)).toBe('redirects more than 0 times')
})

test('only http and https URLs without a user and a password are fetched', async () => {
  const fetch = publicFetch({ allowed: '127.0.0.0/8' })
  const port = canary.port
  for (const url of ['file:///etc/passwd', 'ftp://a.test/x', `gopher://127.0.0.1:${port}/_GET`]) {
    expect(describeResult(await fetch(url, limits))).toBe('needs to begin with https:// or http://')
  }
  expect(describeResult(await fetch('data:text/plain,hi', limits))).toMatch(
    /^needs to begin with https/,
  )
  expect(describeResult(await fetch(`http://u:p@127.0.0.1:${port}/`, limits))).toMatch(
    /user name or a password/,
  )
  expect(describeResult(await fetch(`http://u@127.0.0.1:${port}/`, limits))).toMatch(
    /user name or a password/,
  )
  for (const url of ['', 'logo.png', '//127.0.0.1/x', 'http://', 'http://[::1', 'http://a b/']) {
    expect(describeResult(await fetch(url, limits))).toMatch(/^is not a URL/)
  }
})

test('exactly what the operator allows can be fetched', async () => {
  const open = closeAfterTest(
    await startOriginServer('127.0.0.1', (request, response) => {
      if (request.url !== '/away') return response.end('ok')
      response.writeHead(307, { location: `http://127.0.0.1:${canary.port}/` }).end()
    }),
  )
  const lookup = createLookup({
    n8n: ['127.0.0.1'],
    'other.test': ['127.0.0.1'],
    cloud: ['169.254.169.254', '127.0.0.1'],
  })
  const at = async (allowed: string, url: string) =>
    describeResult(await publicFetch({ lookup, allowed })(url, limits))
  const { port } = open

  expect(await at('', `http://n8n:${port}/`)).toMatch(notPublicMessage)
  expect(await at(`n8n:${port}`, `http://n8n:${port}/`)).toBe('bytes')
  expect(await at(`n8n:${port}`, `http://N8N.:${port}/dot`)).toBe('bytes')
  expect(await at(`n8n:${port}`, `http://n8n:${canary.port}/`)).toMatch(notPublicMessage)
  expect(await at(`n8n:${port}`, `http://other.test:${port}/`)).toMatch(notPublicMessage)
  expect(await at(`n8n:${port}`, `http://127.0.0.1:${port}/`)).toMatch(notPublicMessage)
  expect(await at('n8n', `http://n8n:${port}/`)).toBe('bytes')
  expect(await at('127.0.0.0/8', `http://other.test:${port}/`)).toBe('bytes')
  expect(await at(`127.0.0.1:${port}`, `http://0x7f.1:${port}/`)).toBe('bytes')
  expect(await at(`127.0.0.1:${port}`, `http://127.0.0.1:${canary.port}/`)).toMatch(
    notPublicMessage,
  )
  expect(await at('10.0.0.0/8', `http://127.0.0.1:${port}/`)).toMatch(notPublicMessage)
  // An allowed host redirects to one that is not.
  expect(await at(`n8n:${port}`, `http://n8n:${port}/away`)).toMatch(notPublicMessage)
  // An allowed name does not allow a cloud's metadata service.
  expect(await at('cloud', `http://cloud:${port}/`)).toMatch(notPublicMessage)
  expect(open.requestPaths).toHaveLength(6)
})

test('an allowed IPv6 address can be fetched', async (context) => {
  const open = await startOriginServer('::1', (_request, response) => response.end('ok')).catch(
    () => null,
  )
  if (open === null) return context.skip('this machine has no IPv6 loopback')
  closeAfterTest(open)
  const allowed = `[::1]:${open.port}`
  expect(describeResult(await publicFetch({ allowed })(`${open.url}/`, limits))).toBe('bytes')
  expect(
    describeResult(await publicFetch({ allowed })(`http://[::1]:${canary.port}/`, limits)),
  ).toMatch(notPublicMessage)
})

test('our own public address is not fetched unless it is allowed', async () => {
  const server = await origin((_request, response) => response.end('ours'))
  const lookup = createLookup({ 'ours.test': [standIn] })
  const ownOrigins = [`http://ours.test:${server.port}`]
  const url = `http://OURS.test.:${server.port}/p/x.pkpass`
  expect(describeResult(await publicFetch({ lookup, ownOrigins })(url, limits))).toMatch(
    notPublicMessage,
  )
  expect(server.requestPaths).toEqual([])
  const allowed = 'ours.test'
  expect(describeResult(await publicFetch({ lookup, ownOrigins, allowed })(url, limits))).toBe(
    'bytes',
  )
})

test('a slow host times out: no response, a slow one, a name that never resolves, a redirect to either', async () => {
  const timers: NodeJS.Timeout[] = []
  const server = await origin((request, response) => {
    if (request.url === '/silent') return
    if (request.url === '/redirect') return response.writeHead(302, { location: '/silent' }).end()
    response.write('x')
    timers.push(setInterval(() => response.write('x'), 20))
  })
  const dead = closeAfterTest(await startTcpServer(standIn, () => {}))
  const fetch = publicFetch({ lookup: () => {} })
  const urls = [
    `${server.url}/silent`,
    `${server.url}/drip`,
    `${server.url}/redirect`,
    `https://${server.url.slice('http://'.length)}/tls-to-http`,
    `http://never-resolved.test:${canary.port}/`,
    `https://${server.url.slice('http://'.length, -String(server.port).length)}${dead.port}/no-handshake`,
  ]
  const started = performance.now()
  const results = await Promise.all(urls.map((url) => fetch(url, { ...limits, timeoutMs: 300 })))
  for (const timer of timers) clearInterval(timer)
  expect(performance.now() - started).toBeLessThan(950)
  const timedOut = 'did not send a complete response within 0.3 seconds'
  expect(results.map(describeResult)).toEqual([
    timedOut,
    timedOut,
    timedOut,
    'does not support TLS; try http://',
    timedOut,
    timedOut,
  ])
})

test('a body over the limit is refused, whether declared, endless or one byte too long', async () => {
  let sent = 0
  const block = Buffer.alloc(65_536, 'x')
  const server = await origin((request, response) => {
    if (request.url === '/huge')
      return response.writeHead(200, { 'content-length': 10e9 }).write('x')
    if (request.url === '/exact') return response.end(Buffer.alloc(limits.maxBytes))
    if (request.url === '/over') return response.write(Buffer.alloc(limits.maxBytes + 1))
    const writeMore = () => {
      while (!response.destroyed && response.write(block)) sent += block.length
    }
    response.on('drain', writeMore)
    writeMore()
  })
  const fetch = publicFetch({ maxCacheBytes: 1 })
  const get = async (path: string) => describeResult(await fetch(`${server.url}${path}`, limits))
  const before = process.memoryUsage.rss()
  expect(await get('/huge')).toBe('is larger than 2 MB')
  expect(await get('/endless')).toBe('is larger than 2 MB')
  expect(process.memoryUsage.rss() - before).toBeLessThan(30_000_000)
  expect(sent).toBeLessThan(20_000_000)
  expect(await get('/over')).toBe('is larger than 2 MB')
  expect(await get('/exact')).toBe('bytes')
})

test('compressed bodies are neither requested nor unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000))
  let acceptEncoding: string | undefined
  const server = await origin((request, response) => {
    acceptEncoding = String(request.headers['accept-encoding'])
    const encoding = request.url === '/identity' ? 'identity' : (request.url ?? '/').slice(1)
    response.writeHead(200, { 'content-encoding': encoding }).end(bomb)
  })
  const fetch = publicFetch()
  for (const encoding of ['gzip', 'br', 'deflate', 'GZIP, gzip', 'zstd']) {
    const fetched = await fetch(`${server.url}/${encodeURI(encoding)}`, limits)
    expect(describeResult(fetched)).toBe(
      'is sent compressed although it was requested uncompressed',
    )
  }
  expect(acceptEncoding).toBe('identity')
  expect(describeResult(await fetch(`${server.url}/identity`, limits))).toBe('bytes')
})

test('an error status, an invalid response and an unreachable server are each described', async () => {
  const server = await origin((request, response) => {
    const status = Number(request.url?.slice(1))
    response.writeHead(status)
    // A body that is not read may still arrive when the connection is closed.
    if (status === 410) response.write('sorry, and')
    else response.end('sorry')
  })
  const garbage = closeAfterTest(
    await startTcpServer(standIn, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
  )
  const bigHeaders = await origin((_request, response) => {
    response.writeHead(200, { 'x-big': 'x'.repeat(40_000) }).end()
  })
  const short = closeAfterTest(
    await startTcpServer(standIn, (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'),
    ),
  )
  const closing = closeAfterTest(await startTcpServer(standIn, (socket) => socket.destroy()))
  const fetch = publicFetch()
  for (const status of [304, 403, 404, 410, 500, 503]) {
    expect(describeResult(await fetch(`${server.url}/${status}`, limits))).toBe(
      `responded with ${status}`,
    )
  }
  const at = (port: number) => server.url.replace(String(server.port), String(port))
  expect(describeResult(await fetch(at(garbage.port), limits))).toBe(
    'did not send a valid HTTP response',
  )
  expect(describeResult(await fetch(bigHeaders.url, limits))).toBe(
    'sent headers that are too large',
  )
  expect(describeResult(await fetch(at(closing.port), limits))).toMatch(
    /^closed the connection before/,
  )
  expect(describeResult(await fetch(at(short.port), limits))).toMatch(
    /^closed the connection before/,
  )
  const gone = await origin(() => {})
  await gone.close()
  expect(describeResult(await fetch(gone.url, limits))).toBe('could not be reached')
})

test('a TLS certificate must be valid, for that host, and from a trusted authority', async () => {
  const authority = await createCertificateAuthority()
  const trusted = getCACertificates()
  setDefaultCACertificates([...trusted, authority.cert])
  toClose.push({ close: () => setDefaultCACertificates(trusted) })
  const serve = (certificate: { key: string; cert: string }) =>
    origin((_request, response) => response.end('ok'), certificate)
  const good = await serve(await createServerCertificate('cdn.test', { authority }))
  const expired = await serve(await createServerCertificate('cdn.test', { authority, days: 0 }))
  const wrong = await serve(await createServerCertificate('other.test', { authority }))
  const selfSigned = await serve(await createServerCertificate('cdn.test'))
  const fetch = publicFetch({ lookup: createLookup({ 'cdn.test': [standIn] }) })
  const get = async (port: number) =>
    describeResult(await fetch(`https://cdn.test:${port}/`, limits))
  expect(await get(good.port)).toBe('bytes')
  expect(await get(expired.port)).toBe('has an expired TLS certificate')
  expect(await get(wrong.port)).toBe('has a TLS certificate for another host')
  expect(await get(selfSigned.port)).toBe(
    'has a TLS certificate that is not signed by a trusted authority',
  )
  expect([expired.requestPaths, wrong.requestPaths, selfSigned.requestPaths].flat()).toEqual([])
})

const run = promisify(execFile)
const program = fileURLToPath(new URL('../support/http/fetch-once.ts', import.meta.url))

test('proxies and insecure TLS options in the environment have no effect', async () => {
  const open = closeAfterTest(
    await startOriginServer('127.0.0.1', (_request, response) => response.end('ok')),
  )
  const selfSigned = closeAfterTest(
    await startOriginServer(
      '127.0.0.1',
      (_request, response) => response.end('ok'),
      await createServerCertificate('localhost'),
    ),
  )
  const proxy = `http://127.0.0.1:${canary.port}`
  const env = {
    ...process.env,
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    ALL_PROXY: proxy,
    NODE_USE_ENV_PROXY: '1',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_NO_WARNINGS: '1',
  }
  const urls = [
    `http://127.0.0.1:${open.port}/`,
    `https://localhost:${selfSigned.port}/`,
    `http://127.0.0.1:${canary.port}/`,
  ]
  const allowed = `127.0.0.1:${open.port},localhost:${selfSigned.port}`
  const { stdout } = await run(process.execPath, [program, allowed, ...urls], { env })
  expect(JSON.parse(stdout)).toEqual([
    'bytes',
    'has a TLS certificate that is not signed by a trusted authority',
    expect.stringMatching(notPublicMessage),
  ])
})

test('a name in the hosts file is checked by the address that it resolves to', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hosts-'))
  toClose.push({ close: () => rm(folder, { recursive: true }) })
  const hosts = join(folder, 'hosts')
  await writeFile(
    hosts,
    '127.0.0.1 localhost intranet.example mixed.example\n::1 six.example\n93.184.215.14 mixed.example\n',
  )
  const inNamespace = ['-m', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts]
  try {
    execFileSync('unshare', [...inNamespace, 'true'], { stdio: 'ignore' })
  } catch {
    return context.skip('needs root and unshare -m to mount a hosts file')
  }
  const open = closeAfterTest(
    await startOriginServer('127.0.0.1', (_request, response) => response.end('ok')),
  )
  const urls = ['intranet', 'mixed', 'six'].map((name) => `http://${name}.example:${canary.port}/`)
  const { stdout } = await run('unshare', [
    ...inNamespace,
    ...[process.execPath, program, `intranet.example:${open.port}`, ...urls],
    `http://intranet.example:${open.port}/`,
  ])
  const refused = expect.stringMatching(notPublicMessage)
  expect(JSON.parse(stdout)).toEqual([refused, refused, refused, 'bytes'])
})

test('concurrent fetches of one URL share a request, and its result is cached for a minute unless the server forbids it', async () => {
  let now = 1000
  const server = await origin((request, response) => {
    if (request.url === '/fresh') response.setHeader('cache-control', 'no-store')
    response.end(request.url)
  })
  const fetch = publicFetch({ clock: () => now })
  const get = (path: string) => fetch(`${server.url}${path}`, limits)
  const results = await Promise.all(Array.from({ length: 200 }, () => get('/logo.png')))
  expect(new Set(results.map(describeResult))).toEqual(new Set(['bytes']))
  expect(server.requestPaths).toEqual(['/logo.png'])
  now = 60_000
  await get('/logo.png#fragment')
  expect(server.requestPaths).toHaveLength(1)
  now = 62_000
  await get('/logo.png')
  expect(server.requestPaths).toHaveLength(2)
  await get('/fresh')
  await get('/fresh')
  expect(server.requestPaths).toHaveLength(4)
})

test('a failed fetch is not cached', async () => {
  let status = 503
  const server = await origin((_request, response) => response.writeHead(status).end('ok'))
  const fetch = publicFetch()
  expect(describeResult(await fetch(server.url, limits))).toBe('responded with 503')
  status = 200
  expect(describeResult(await fetch(server.url, limits))).toBe('bytes')
})

test('the cache does not exceed its size', async () => {
  const server = await origin((_request, response) => response.end(Buffer.alloc(100_000)))
  const fetch = publicFetch({ maxCacheBytes: 250_000 })
  for (const path of ['/1', '/2', '/3', '/1', '/3']) await fetch(`${server.url}${path}`, limits)
  expect(server.requestPaths).toEqual(['/1', '/2', '/3', '/1'])
})

test('a host gets at most four connections at a time, and a fetch that is not started in time is busy', async () => {
  const delayed: (() => void)[] = []
  const server = await origin((request, response) => {
    if (request.url?.startsWith('/delayed')) delayed.push(() => response.end('late'))
    else setImmediate(() => response.end('ok'))
  })
  const fetch = publicFetch()
  const many = Array.from({ length: 100 }, (_, index) => fetch(`${server.url}/${index}`, limits))
  expect(new Set((await Promise.all(many)).map(describeResult))).toEqual(new Set(['bytes']))
  expect(server.maxConnections()).toBeLessThanOrEqual(4)

  const slow = [1, 2, 3, 4].map((index) => fetch(`${server.url}/delayed/${index}`, limits))
  expect(describeResult(await fetch(`${server.url}/fifth`, { ...limits, timeoutMs: 150 }))).toBe(
    'busy',
  )
  expect(server.requestPaths).not.toContain('/fifth')
  for (const release of delayed) release()
  expect((await Promise.all(slow)).map(describeResult)).toEqual(Array(4).fill('bytes'))
  expect(describeResult(await fetch(`${server.url}/fifth`, limits))).toBe('bytes')
})

test('slow fetches of one owner delay no other owner: not to other hosts, the same host or the same URL', async () => {
  const server = await origin((request, response) => {
    if (!request.url?.startsWith('/slow')) response.end('ok')
  })
  const hosts = Array.from({ length: 50 }, (_, index) => `slow-${index}.test`)
  const lookup = createLookup(Object.fromEntries(hosts.map((host) => [host, [standIn]])))
  const fetch = publicFetch({ lookup })
  const quick = { ...limits, timeoutMs: 1_500 }
  const slowHosts = hosts.flatMap((host) =>
    [1, 2, 3, 4].map((n) => `${host}:${server.port}/slow/${n}`),
  )
  const slowUrls = Array.from({ length: 20 }, (_, index) => `${server.url}/slow/${index}`)
  const shared = `${server.url}/logo.png`
  const theirs = [...slowHosts.map((url) => `http://${url}`), ...slowUrls, shared].map((url) =>
    fetch(url, quick, 'theirs'),
  )
  const ours = ['/other.png', '/logo.png'].map((path) => fetch(`${server.url}${path}`, quick))
  expect((await Promise.all(ours)).map(describeResult)).toEqual(['bytes', 'bytes'])
  await Promise.all(theirs)
})

test('names that are slow to look up delay no lookup of another owner', async () => {
  const server = await origin((_request, response) => response.end('ok'))
  const known = createLookup({ 'good.test': [standIn] })
  // Like the system's lookup: one thread for each, until the name server replies.
  let freeThreads = 8
  const lookup: LookupAll = (hostname, options, callback) => {
    freeThreads -= 1
    if (freeThreads < 0 || hostname.startsWith('slow')) return
    freeThreads += 1
    known(hostname, options, callback)
  }
  const fetch = publicFetch({ lookup, limitLookups: createLimiter({ concurrency: 8 }) })
  const quick = { ...limits, timeoutMs: 500 }
  const slow = Array.from({ length: 20 }, (_, index) =>
    fetch(`http://slow-${index}.test/`, quick, 'theirs'),
  )
  expect(describeResult(await fetch(`http://good.test:${server.port}/`, quick))).toBe('bytes')
  const results = await Promise.all(slow)
  expect(results.map(({ outcome }) => outcome)).not.toContain('bytes')
})
