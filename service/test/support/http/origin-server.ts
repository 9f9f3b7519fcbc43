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

/** A server that images are fetched from. */
export interface OriginServer {
  port: number
  /** `http://host:port`, without a slash at its end. */
  url: string
  /** The paths of all requests so far. */
  requestPaths: string[]
  /** The most connections that were open at the same time. */
  maxConnections(): number
  close(): Promise<void>
}

/** Starts an HTTP (or, with a certificate, HTTPS) server on a loopback address and a free port. */
export async function startOriginServer(
  host: string,
  listener: RequestListener,
  certificate?: Certificate,
): Promise<OriginServer> {
  const requestPaths: string[] = []
  const recordingListener: RequestListener = (request, response) => {
    requestPaths.push(request.url ?? '')
    listener(request, response)
  }
  const server = certificate
    ? createHttpsServer(certificate, recordingListener)
    : createHttpServer(recordingListener)
  let maxOpen = 0
  const sockets = watchSockets(server, (open) => {
    maxOpen = Math.max(maxOpen, open)
  })
  const port = await listen(server, host)
  const urlHost = host.includes(':') ? `[${host}]` : host
  return {
    port,
    url: `${certificate ? 'https' : 'http'}://${urlHost}:${port}`,
    requestPaths,
    maxConnections: () => maxOpen,
    close: () => closeServer(server, sockets),
  }
}

/** Starts a TCP server that handles every connection with `serve`. */
export async function startTcpServer(host: string, serve: (socket: Socket) => void) {
  const server = createTcpServer(serve)
  const sockets = watchSockets(server, () => {})
  const port = await listen(server, host)
  return { port, close: () => closeServer(server, sockets) }
}

/** Starts a server that the service must never connect to. It listens on every IPv4 and IPv6 address and counts connections. */
export async function startCanary() {
  let hits = 0
  const server = createTcpServer((socket) => {
    hits += 1
    socket.on('error', () => {})
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret')
  })
  const sockets = watchSockets(server, () => {})
  const port = await listen(server, '::').catch(() => listen(server, '0.0.0.0'))
  return { port, hits: () => hits, close: () => closeServer(server, sockets) }
}

/** Finds a port of 127.0.0.1 that nothing listens on. */
export async function findClosedPort(): Promise<number> {
  const server = createTcpServer()
  const port = await listen(server, '127.0.0.1')
  await closeServer(server, new Set())
  return port
}

/** Finds a loopback address other than 127.0.0.1, which tests treat as public: 127.0.0.2, or ::1 where that does not work. */
export async function findSecondLoopbackAddress(): Promise<string> {
  const server = createTcpServer()
  const works = await listen(server, '127.0.0.2').then(
    () => true,
    () => false,
  )
  if (works) await closeServer(server, new Set())
  return works ? '127.0.0.2' : '::1'
}

export interface Certificate {
  key: string
  cert: string
}

export interface CertificateAuthority extends Certificate {
  /** Its distinguished name, unique because OpenSSL finds the issuer of a certificate by it. */
  name: string
  keys: webcrypto.CryptoKeyPair
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const day = 24 * 60 * 60 * 1000

/** Creates a certificate authority. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  const keys = await createKeys()
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
  return { name, keys, cert: certificate.toString('pem'), key: await toPrivatePem(keys) }
}

/** Creates a server certificate for a name, valid for `days` from yesterday (0: expired), signed by the authority or by itself. */
export async function createServerCertificate(
  name: string,
  { days = 2, authority }: { days?: number; authority?: CertificateAuthority } = {},
): Promise<Certificate> {
  const keys = await createKeys()
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
  return { cert: certificate.toString('pem'), key: await toPrivatePem(keys) }
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function toPrivatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
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

function closeServer(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
