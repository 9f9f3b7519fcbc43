import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'

let service: TestService
let key: string
/** The server's ends of all connections. */
const serverSockets = new Set<Socket>()
const clients = new Set<Socket>()

beforeEach(async () => {
  service = await startTestService()
  service.server.on('connection', (socket) => {
    serverSockets.add(socket)
    socket.once('close', () => serverSockets.delete(socket))
  })
  key = await service.createKey('free')
})
afterEach(async () => {
  vi.useRealTimers()
  for (const client of clients) client.destroy()
  clients.clear()
  await service.stop()
})

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
const keyed = () => `Authorization: Bearer ${key}\r\n`

/** Opens a connection that reads nothing until it is told to. */
async function openUnread(bytes: string): Promise<Socket> {
  const { hostname, port } = new URL(service.url)
  const client = connect({ host: hostname, port: Number(port) })
  client.on('error', () => {})
  clients.add(client)
  await once(client, 'connect')
  client.pause()
  client.write(bytes)
  return client
}

/** A pass whose page and JSON have about this many bytes. */
async function createLargePass(bytes: number): Promise<{ serialNumber: string; path: string }> {
  const value = 'x'.repeat(100_000)
  const pass = { title: 'Pass', backFields: Array(Math.floor(bytes / 100_000)).fill({ value }) }
  const { serialNumber, shareUrl } = await service.client(key).createPass(pass)
  return { serialNumber, path: new URL(shareUrl).pathname }
}

const countUnsentBytes = () =>
  [...serverSockets].reduce((sum, { writableLength }) => sum + writableLength, 0)

const MB = 1024 * 1024

it('of what one connection requests at once, no more than one reply is held in memory', async () => {
  const { serialNumber, path } = await createLargePass(1.9 * MB)
  const requests = [get(path), get(`/api/passes/${serialNumber}`, keyed()), get('/openapi.json')]
  await Promise.all(requests.map((request) => openUnread(request.repeat(60))))
  const countReplies = () => service.logs.filter((line) => line.includes('"msg":"request"')).length
  await expect.poll(() => countReplies() > 1 && countUnsentBytes() > 0).toBe(true)
  let before: number
  do {
    before = countReplies()
    await service.fetch('/health')
  } while (countReplies() > before + 1)
  expect(countUnsentBytes()).toBeLessThan(3 * 2 * MB)
  expect(serverSockets.size).toBeGreaterThanOrEqual(3)
})

it('whoever reads nothing is disconnected after half a minute; whoever reads slowly is not', async () => {
  const { path } = await createLargePass(1.9 * MB)
  // Time goes on by itself too, since other timers than those of transfers are waited for.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  const [silent, slow] = [await openUnread(get(path).repeat(20)), await openUnread('')]
  const [ofSilent, ofSlow] = [await findServerSocket(silent), await findServerSocket(slow)]
  slow.write(get(path).repeat(20))
  const waitUntilStuck = async () => {
    // A connection that is closed waits for nothing.
    const isStuck = () =>
      [ofSilent, ofSlow].every((socket) => socket.writableNeedDrain || socket.destroyed)
    for (let before = -1; !isStuck() || before !== ofSlow.bytesWritten; ) {
      before = ofSlow.bytesWritten
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await waitUntilStuck()
  const closed = once(silent.resume().pause(), 'close')
  // In steps far below half a minute, so that a busy machine may take its time in between.
  for (let count = 0; count < 3; count += 1) {
    vi.advanceTimersByTime(12_000)
    await readSome(slow, 4 * MB)
    await waitUntilStuck()
  }
  expect([ofSilent.destroyed, ofSlow.destroyed]).toEqual([true, false])
  silent.resume()
  await closed
}, 180_000)

/** The server's end of a connection, which may open after the client's. */
async function findServerSocket({ localPort }: Socket): Promise<Socket> {
  for (;;) {
    const found = [...serverSockets].find(({ remotePort }) => remotePort === localPort)
    if (found) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Reads at least so many bytes, and then nothing again. */
async function readSome(client: Socket | undefined, bytes: number): Promise<void> {
  let read = 0
  while (client && read < bytes) {
    client.resume()
    const [chunk] = await once(client, 'data')
    read += chunk.length
    client.pause()
  }
}
