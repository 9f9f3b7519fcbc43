import { randomBytes, webcrypto } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A server that an image may come from. */
export interface Origin {
  port: number
  /** `http://host:port`, without a slash at its end. */
  url: string
  /** The path of every request so far. */
  hits: string[]
  /** The most connections that were open at one time. */
  mostAtOnce(): number
  close(): Promise<void>
}

/** Starts an HTTP (or, with a certificate, HTTPS) server on a loopback address and a free port. */
export async function startOrigin(
  host: string,
  listener: RequestListener,
  certificate?: Certificate,
): Promise<Origin> {
  const hits: string[] = []
  const counted: RequestListener = (request, response) => {
    hits.push(request.url ?? '')
    listener(request, response)
  }
  const server = certificate ? createHttpsServer(certificate, counted) : createHttpServer(counted)
  let most = 0
  const sockets = watchSockets(server, (open) => {
    most = Math.max(most, open)
  })
  const port = await listen(server, host)
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    port,
    url: `${certificate ? 'https' : 'http'}://${shown}:${port}`,
    hits,
    mostAtOnce: () => most,
    close: () => shut(server, sockets),
  }
}

/** Starts a server that answers every connection with these bytes and says nothing of HTTP. */
export async function startRaw(host: string, serve: (socket: Socket) => void) {
  const server = createTcpServer(serve)
  const sockets = watchSockets(server, () => {})
  const port = await listen(server, host)
  return { port, close: () => shut(server, sockets) }
}

/**
 * Something that nobody may ever connect to: it listens on every address, IPv4 and IPv6, and counts
 * who does.
 */
export async function startCanary() {
  let hits = 0
  const server = createTcpServer((socket) => {
    hits += 1
    socket.on('error', () => {})
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret')
  })
  const sockets = watchSockets(server, () => {})
  const port = await listen(server, '::').catch(() => listen(server, '0.0.0.0'))
  return { port, hits: () => hits, close: () => shut(server, sockets) }
}

/** A port on loopback that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer()
  const port = await listen(server, '127.0.0.1')
  await shut(server, new Set())
  return port
}

/**
 * A loopback address other than 127.0.0.1, which tests declare public: 127.0.0.2, or ::1 where that
 * is not there.
 */
export async function loopbackStandIn(): Promise<string> {
  const server = createTcpServer()
  const works = await listen(server, '127.0.0.2').then(
    () => true,
    () => false,
  )
  if (works) await shut(server, new Set())
  return works ? '127.0.0.2' : '::1'
}

export interface Certificate {
  key: string
  cert: string
}

export interface Authority extends Certificate {
  /** Its distinguished name, which no other authority has: by it OpenSSL finds who signed a certificate. */
  name: string
  keys: webcrypto.CryptoKeyPair
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 60 * 60 * 1000

/** Makes a certification authority of our own. */
export async function makeAuthority(): Promise<Authority> {
  const keys = await makeKeys()
  const name = `CN=Test Authority ${randomBytes(4).toString('hex')}`
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + day),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  return { name, keys, cert: certificate.toString('pem'), key: await privatePem(keys) }
}

/**
 * Makes a server certificate for a name, good for `days` from yesterday on (0 is expired), signed
 * by the authority or itself.
 */
export async function makeServerCertificate(
  name: string,
  { days = 2, authority }: { days?: number; authority?: Authority } = {},
): Promise<Certificate> {
  const keys = await makeKeys()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: '02',
    subject: `CN=${name}`,
    issuer: authority?.name ?? `CN=${name}`,
    notBefore: new Date(Date.now() - 3 * day),
    notAfter: new Date(Date.now() - day + days * day),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: (authority?.keys ?? keys).privateKey,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  })
  return { cert: certificate.toString('pem'), key: await privatePem(keys) }
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  )
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: 0, host, ipv6Only: false }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function watchSockets(server: Server, changed: (open: number) => void): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    changed(sockets.size)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

function shut(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
