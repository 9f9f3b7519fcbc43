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
import { parseAllowlist } from '../../src/net/allowlist.ts'
import { isPublicAddress } from '../../src/net/ip-address.ts'
import type { SafeFetchOptions } from '../../src/net/safe-fetch.ts'
import { createSafeFetch } from '../../src/net/safe-fetch.ts'
import type { LookupAll } from '../../src/net/ssrf-guard.ts'
import {
  closedPort,
  loopbackStandIn,
  makeAuthority,
  makeServerCertificate,
  startCanary,
  startOrigin,
  startRaw,
} from '../support/origin-server.ts'
import { names, notPublic, privateHosts, spellings } from '../support/private-hosts.ts'

const limits = { maxBytes: 2_000_000, timeoutMs: 5000, maxRedirects: 3 }
const standIn = await loopbackStandIn()
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
  expect(hits, 'connections to what nobody may reach').toBe(0)
})

const tracked = <T extends { close(): unknown }>(server: T): T => {
  toClose.push(server)
  return server
}
const origin = async (
  listener: RequestListener,
  ...rest: [] | [Parameters<typeof startOrigin>[2]]
) => tracked(await startOrigin(standIn, listener, ...rest))

/** The fetch of the service, but that the stand-in counts as public and names come from a table. */
const publicFetch = (options: Partial<SafeFetchOptions> & { allowed?: string } = {}) => {
  const { allow, mistakes } = parseAllowlist(options.allowed ?? '')
  expect(mistakes).toEqual([])
  return createSafeFetch({
    allow,
    isPublic: (address) => address === standIn || isPublicAddress(address),
    ...options,
  })
}

const why = (fetched: Awaited<ReturnType<ReturnType<typeof createSafeFetch>>>) =>
  fetched.outcome === 'refused' ? fetched.why : fetched.outcome

test('no spelling of a private host is ever connected to, and all are refused in one text', async () => {
  const fetch = publicFetch()
  const texts = new Set<string>()
  for (const host of privateHosts) {
    for (const scheme of ['http', 'https']) {
      texts.add(why(await fetch(`${scheme}://${host}:${canary.port}/logo.png`, limits)))
    }
  }
  expect(new Set(privateHosts).size).toBeGreaterThanOrEqual(42)
  expect([...texts]).toEqual([expect.stringMatching(notPublic)])
})

test('the same spellings do reach a server on loopback once its range is allowed', async () => {
  const server = tracked(await startOrigin('127.0.0.1', (_request, response) => response.end('ok')))
  const fetch = publicFetch({ allowed: '127.0.0.0/8' })
  const reached = []
  for (const host of spellings) {
    reached.push(why(await fetch(`http://${host}:${server.port}/${encodeURI(host)}`, limits)))
  }
  expect(reached).toEqual(spellings.map(() => 'bytes'))
  expect(server.hits).toHaveLength(spellings.length)
})

test('an open and a closed private port, and a name nobody knows, cannot be told apart', async () => {
  const open = tracked(await startOrigin('127.0.0.1', (_request, response) => response.end()))
  const fetch = publicFetch({ lookup: names({ 'intranet.test': ['127.0.0.1'] }) })
  const answers = [
    await fetch(`http://127.0.0.1:${open.port}/`, limits),
    await fetch(`http://127.0.0.1:${await closedPort()}/`, limits),
    await fetch(`http://intranet.test:${open.port}/`, limits),
    await fetch(`http://nowhere.test:${open.port}/`, limits),
  ]
  expect(new Set(answers.map(why))).toEqual(new Set([expect.stringMatching(notPublic)]))
  expect(open.hits).toEqual([])
})

test('a name is refused when any one of its addresses is private', async () => {
  const server = await origin((_request, response) => response.end('ok'))
  const fetch = publicFetch({
    lookup: names({
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
  expect(why(await fetch(`http://good.test:${server.port}/`, limits))).toBe('bytes')
  for (const name of ['private', 'mapped', 'nat64', 'mixed', 'mixed6', 'metadata', 'empty']) {
    if (name === 'mixed6' && standIn === '::1') continue
    expect(why(await fetch(`http://${name}.test:${canary.port}/`, limits)), name).toMatch(notPublic)
  }
  expect(server.hits).toHaveLength(1)
})

test('a name that changes its address after the check is asked once, and the checked address is the one connected', async () => {
  const server = await origin((_request, response) => response.end('ok'))
  let asked = 0
  const rebinding: LookupAll = (_hostname, _options, answer) => {
    asked += 1
    answer(null, [asked === 1 ? { address: standIn, family } : { address: '127.0.0.1', family: 4 }])
  }
  const fetch = publicFetch({ lookup: rebinding })
  expect(why(await fetch(`http://rebind.test:${server.port}/a`, limits))).toBe('bytes')
  expect({ asked, hits: server.hits }).toEqual({ asked: 1, hits: ['/a'] })
  expect(why(await fetch(`http://rebind.test:${canary.port}/b`, limits))).toMatch(notPublic)
  expect(asked).toBe(2)
})

test('when the system connects elsewhere than was checked, nothing is sent there', async () => {
  const server = tracked(await startOrigin('127.0.0.1', (_request, response) => response.end('x')))
  let read = 0
  const shifty = {
    family,
    get address() {
      read += 1
      return read <= 2 ? standIn : '127.0.0.1'
    },
  }
  const fetch = publicFetch({ lookup: (_hostname, _options, answer) => answer(null, [shifty]) })
  expect(why(await fetch(`http://shifty.test:${server.port}/`, limits))).toMatch(notPublic)
  expect(read).toBeGreaterThan(2)
  expect(server.mostAtOnce()).toBe(1)
  expect(server.hits).toEqual([])
})

test('a redirect is followed up to three times, each hop checked like the first', async () => {
  const targets: Record<string, string> = {
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
    const location = targets[request.url ?? '']
    if (location === undefined) return response.end('at last')
    response.writeHead(302, { location }).end('moved')
  })
  const fetch = publicFetch()
  const from = async (path: string) => why(await fetch(`${server.url}${path}`, limits))
  expect(await from('/1')).toBe('bytes')
  expect(await from('/3')).toBe('bytes')
  expect(await from('/4')).toBe('redirects more than 3 times')
  expect(await from('/loop')).toBe('redirects more than 3 times')
  expect(await from('/private')).toMatch(notPublic)
  expect(await from('/localhost')).toMatch(notPublic)
  for (const path of ['/file', '/ftp', '/data']) {
    expect(await from(path)).toBe(
      'redirects to an address that needs to begin with https:// or http://',
    )
  }
  expect(await from('/user')).toMatch(/^redirects to .* must not carry a user name/)
  expect(await from('/nonsense')).toMatch(/^redirects to an address that is not a URL/)

  const hopsOfNone = await fetch(`${server.url}/1`, { ...limits, maxRedirects: 0 })
  expect(why(hopsOfNone)).toBe('redirects more than 0 times')
})

test('only http and https without a user and a password are asked', async () => {
  const fetch = publicFetch({ allowed: '127.0.0.0/8' })
  const port = canary.port
  for (const url of ['file:///etc/passwd', 'ftp://a.test/x', `gopher://127.0.0.1:${port}/_GET`]) {
    expect(why(await fetch(url, limits))).toBe('needs to begin with https:// or http://')
  }
  expect(why(await fetch('data:text/plain,hi', limits))).toMatch(/^needs to begin with https/)
  expect(why(await fetch(`http://u:p@127.0.0.1:${port}/`, limits))).toMatch(
    /user name or a password/,
  )
  expect(why(await fetch(`http://u@127.0.0.1:${port}/`, limits))).toMatch(/user name or a password/)
  for (const url of ['', 'logo.png', '//127.0.0.1/x', 'http://', 'http://[::1', 'http://a b/']) {
    expect(why(await fetch(url, limits))).toMatch(/^is not a URL/)
  }
})

test('what the operator allowed opens, and nothing besides', async () => {
  const open = tracked(
    await startOrigin('127.0.0.1', (request, response) => {
      if (request.url !== '/away') return response.end('ok')
      response.writeHead(307, { location: `http://127.0.0.1:${canary.port}/` }).end()
    }),
  )
  const lookup = names({
    n8n: ['127.0.0.1'],
    'other.test': ['127.0.0.1'],
    cloud: ['169.254.169.254', '127.0.0.1'],
  })
  const at = async (allowed: string, url: string) =>
    why(await publicFetch({ lookup, allowed })(url, limits))
  const { port } = open

  expect(await at('', `http://n8n:${port}/`)).toMatch(notPublic)
  expect(await at(`n8n:${port}`, `http://n8n:${port}/`)).toBe('bytes')
  expect(await at(`n8n:${port}`, `http://N8N.:${port}/dot`)).toBe('bytes')
  expect(await at(`n8n:${port}`, `http://n8n:${canary.port}/`)).toMatch(notPublic)
  expect(await at(`n8n:${port}`, `http://other.test:${port}/`)).toMatch(notPublic)
  expect(await at(`n8n:${port}`, `http://127.0.0.1:${port}/`)).toMatch(notPublic)
  expect(await at('n8n', `http://n8n:${port}/`)).toBe('bytes')
  expect(await at('127.0.0.0/8', `http://other.test:${port}/`)).toBe('bytes')
  expect(await at(`127.0.0.1:${port}`, `http://0x7f.1:${port}/`)).toBe('bytes')
  expect(await at(`127.0.0.1:${port}`, `http://127.0.0.1:${canary.port}/`)).toMatch(notPublic)
  expect(await at('10.0.0.0/8', `http://127.0.0.1:${port}/`)).toMatch(notPublic)
  // An allowed host sends on to one that is not.
  expect(await at(`n8n:${port}`, `http://n8n:${port}/away`)).toMatch(notPublic)
  // A name does not open the place where the cloud keeps credentials.
  expect(await at('cloud', `http://cloud:${port}/`)).toMatch(notPublic)
  expect(open.hits).toHaveLength(6)
})

test('an allowed IPv6 address opens', async (context) => {
  const open = await startOrigin('::1', (_request, response) => response.end('ok')).catch(
    () => null,
  )
  if (open === null) return context.skip('this machine has no IPv6 loopback')
  tracked(open)
  const allowed = `[::1]:${open.port}`
  expect(why(await publicFetch({ allowed })(`${open.url}/`, limits))).toBe('bytes')
  expect(why(await publicFetch({ allowed })(`http://[::1]:${canary.port}/`, limits))).toMatch(
    notPublic,
  )
})

test('our own public address is not fetched unless it is allowed', async () => {
  const server = await origin((_request, response) => response.end('ours'))
  const lookup = names({ 'ours.test': [standIn] })
  const ownOrigins = [`http://ours.test:${server.port}`]
  const url = `http://OURS.test.:${server.port}/p/x.pkpass`
  expect(why(await publicFetch({ lookup, ownOrigins })(url, limits))).toMatch(notPublic)
  expect(server.hits).toEqual([])
  const allowed = 'ours.test'
  expect(why(await publicFetch({ lookup, ownOrigins, allowed })(url, limits))).toBe('bytes')
})

test('a slow host is given up at the deadline: silent, dripping, resolving for ever, waiting on a redirect', async () => {
  const drip: NodeJS.Timeout[] = []
  const server = await origin((request, response) => {
    if (request.url === '/silent') return
    if (request.url === '/redirect') return response.writeHead(302, { location: '/silent' }).end()
    response.write('x')
    drip.push(setInterval(() => response.write('x'), 20))
  })
  const dead = tracked(await startRaw(standIn, () => {}))
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
  const answers = await Promise.all(urls.map((url) => fetch(url, { ...limits, timeoutMs: 300 })))
  for (const timer of drip) clearInterval(timer)
  expect(performance.now() - started).toBeLessThan(950)
  const late = 'did not answer in full within 0.3 seconds'
  expect(answers.map(why)).toEqual([
    late,
    late,
    late,
    'does not answer in TLS; try http://',
    late,
    late,
  ])
})

test('a body is cut off at the limit, whether its length is declared, endless or only just too long', async () => {
  let sent = 0
  const block = Buffer.alloc(65_536, 'x')
  const server = await origin((request, response) => {
    if (request.url === '/huge')
      return response.writeHead(200, { 'content-length': 10e9 }).write('x')
    if (request.url === '/exact') return response.end(Buffer.alloc(limits.maxBytes))
    if (request.url === '/over') return response.write(Buffer.alloc(limits.maxBytes + 1))
    const more = () => {
      while (!response.destroyed && response.write(block)) sent += block.length
    }
    response.on('drain', more)
    more()
  })
  const fetch = publicFetch({ keepBytes: 1 })
  const get = async (path: string) => why(await fetch(`${server.url}${path}`, limits))
  const before = process.memoryUsage.rss()
  expect(await get('/huge')).toBe('is larger than 2 MB')
  expect(await get('/endless')).toBe('is larger than 2 MB')
  expect(process.memoryUsage.rss() - before).toBeLessThan(30_000_000)
  expect(sent).toBeLessThan(20_000_000)
  expect(await get('/over')).toBe('is larger than 2 MB')
  expect(await get('/exact')).toBe('bytes')
})

test('compressed bodies are not asked for and not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000))
  let asked: string | undefined
  const server = await origin((request, response) => {
    asked = String(request.headers['accept-encoding'])
    const encoding = request.url === '/identity' ? 'identity' : (request.url ?? '/').slice(1)
    response.writeHead(200, { 'content-encoding': encoding }).end(bomb)
  })
  const fetch = publicFetch()
  for (const encoding of ['gzip', 'br', 'deflate', 'GZIP, gzip', 'zstd']) {
    const fetched = await fetch(`${server.url}/${encodeURI(encoding)}`, limits)
    expect(why(fetched)).toBe('is sent compressed although it was asked for as it is')
  }
  expect(asked).toBe('identity')
  expect(why(await fetch(`${server.url}/identity`, limits))).toBe('bytes')
})

test('the status of the other side is told, and what is not HTTP or not there too', async () => {
  const server = await origin((request, response) => {
    const status = Number(request.url?.slice(1))
    response.writeHead(status)
    // An answer that is not read may still be on its way when the connection ends.
    if (status === 410) response.write('sorry, and')
    else response.end('sorry')
  })
  const garbage = tracked(
    await startRaw(standIn, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
  )
  const bigHeaders = await origin((_request, response) => {
    response.writeHead(200, { 'x-big': 'x'.repeat(40_000) }).end()
  })
  const short = tracked(
    await startRaw(standIn, (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello'),
    ),
  )
  const rude = tracked(await startRaw(standIn, (socket) => socket.destroy()))
  const fetch = publicFetch()
  for (const status of [304, 403, 404, 410, 500, 503]) {
    expect(why(await fetch(`${server.url}/${status}`, limits))).toBe(`answered ${status}`)
  }
  const at = (port: number) => server.url.replace(String(server.port), String(port))
  expect(why(await fetch(at(garbage.port), limits))).toBe('does not answer in HTTP')
  expect(why(await fetch(bigHeaders.url, limits))).toBe('answered with headers that are too large')
  expect(why(await fetch(at(rude.port), limits))).toMatch(/^closed the connection before/)
  expect(why(await fetch(at(short.port), limits))).toMatch(/^closed the connection before/)
  const gone = await origin(() => {})
  await gone.close()
  expect(why(await fetch(gone.url, limits))).toBe('could not be reached')
})

test('a TLS certificate has to be valid, for that host, and from somebody trusted', async () => {
  const authority = await makeAuthority()
  const trusted = getCACertificates()
  setDefaultCACertificates([...trusted, authority.cert])
  toClose.push({ close: () => setDefaultCACertificates(trusted) })
  const serve = (certificate: { key: string; cert: string }) =>
    origin((_request, response) => response.end('ok'), certificate)
  const good = await serve(await makeServerCertificate('cdn.test', { authority }))
  const expired = await serve(await makeServerCertificate('cdn.test', { authority, days: 0 }))
  const wrong = await serve(await makeServerCertificate('other.test', { authority }))
  const selfSigned = await serve(await makeServerCertificate('cdn.test'))
  const fetch = publicFetch({ lookup: names({ 'cdn.test': [standIn] }) })
  const get = async (port: number) => why(await fetch(`https://cdn.test:${port}/`, limits))
  expect(await get(good.port)).toBe('bytes')
  expect(await get(expired.port)).toBe('has an expired TLS certificate')
  expect(await get(wrong.port)).toBe('has a TLS certificate for another host')
  expect(await get(selfSigned.port)).toBe('has a TLS certificate that nobody we trust has signed')
  expect([expired.hits, wrong.hits, selfSigned.hits].flat()).toEqual([])
})

const run = promisify(execFile)
const program = fileURLToPath(new URL('../support/fetch-once.ts', import.meta.url))

test('proxies and insecure switches of the environment change nothing', async () => {
  const open = tracked(await startOrigin('127.0.0.1', (_request, response) => response.end('ok')))
  const selfSigned = tracked(
    await startOrigin(
      '127.0.0.1',
      (_request, response) => response.end('ok'),
      await makeServerCertificate('localhost'),
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
    'has a TLS certificate that nobody we trust has signed',
    expect.stringMatching(notPublic),
  ])
})

test("names of the machine's own hosts file are judged by what they resolve to", async (context) => {
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
    return context.skip('needs root and unshare -m, to put a hosts file of its own in place')
  }
  const open = tracked(await startOrigin('127.0.0.1', (_request, response) => response.end('ok')))
  const urls = ['intranet', 'mixed', 'six'].map((name) => `http://${name}.example:${canary.port}/`)
  const { stdout } = await run('unshare', [
    ...inNamespace,
    ...[process.execPath, program, `intranet.example:${open.port}`, ...urls],
    `http://intranet.example:${open.port}/`,
  ])
  const refused = expect.stringMatching(notPublic)
  expect(JSON.parse(stdout)).toEqual([refused, refused, refused, 'bytes'])
})

test('one URL that many ask for at once is fetched once, and kept for a minute unless its server says no', async () => {
  let now = 1000
  const server = await origin((request, response) => {
    if (request.url === '/fresh') response.setHeader('cache-control', 'no-store')
    response.end(request.url)
  })
  const fetch = publicFetch({ clock: () => now })
  const get = (path: string) => fetch(`${server.url}${path}`, limits)
  const answers = await Promise.all(Array.from({ length: 200 }, () => get('/logo.png')))
  expect(new Set(answers.map(why))).toEqual(new Set(['bytes']))
  expect(server.hits).toEqual(['/logo.png'])
  now = 60_000
  await get('/logo.png#fragment')
  expect(server.hits).toHaveLength(1)
  now = 62_000
  await get('/logo.png')
  expect(server.hits).toHaveLength(2)
  await get('/fresh')
  await get('/fresh')
  expect(server.hits).toHaveLength(4)
})

test('what failed is asked again the next time', async () => {
  let status = 503
  const server = await origin((_request, response) => response.writeHead(status).end('ok'))
  const fetch = publicFetch()
  expect(why(await fetch(server.url, limits))).toBe('answered 503')
  status = 200
  expect(why(await fetch(server.url, limits))).toBe('bytes')
})

test('what is kept stays within its bytes', async () => {
  const server = await origin((_request, response) => response.end(Buffer.alloc(100_000)))
  const fetch = publicFetch({ keepBytes: 250_000 })
  for (const path of ['/1', '/2', '/3', '/1', '/3']) await fetch(`${server.url}${path}`, limits)
  expect(server.hits).toEqual(['/1', '/2', '/3', '/1'])
})

test('one host sees at most four connections at a time, and whoever waits longer than the deadline is told to come again', async () => {
  const held: (() => void)[] = []
  const server = await origin((request, response) => {
    if (request.url?.startsWith('/held')) held.push(() => response.end('late'))
    else setImmediate(() => response.end('ok'))
  })
  const fetch = publicFetch()
  const many = Array.from({ length: 100 }, (_, index) => fetch(`${server.url}/${index}`, limits))
  expect(new Set((await Promise.all(many)).map(why))).toEqual(new Set(['bytes']))
  expect(server.mostAtOnce()).toBeLessThanOrEqual(4)

  const slow = [1, 2, 3, 4].map((index) => fetch(`${server.url}/held/${index}`, limits))
  expect(why(await fetch(`${server.url}/fifth`, { ...limits, timeoutMs: 150 }))).toBe('busy')
  expect(server.hits).not.toContain('/fifth')
  for (const release of held) release()
  expect((await Promise.all(slow)).map(why)).toEqual(Array(4).fill('bytes'))
  expect(why(await fetch(`${server.url}/fifth`, limits))).toBe('bytes')
})
