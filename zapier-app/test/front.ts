import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What passed through. */
export interface Passed {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
  status: number
  answer: Buffer
}

/** Something else than the service's own answer: other words, or a line cut once the service has done its work. */
export type Meddling =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'lose the answer'

/** A proxy before the service, as operators have one: it may sit under a path, and it may misbehave. */
export interface Front {
  url: string
  passed: Passed[]
  /** Decides about each request; undefined lets it through. */
  meddle: (request: { method: string; path: string }) => Meddling | undefined
  stop: () => Promise<void>
}

export async function startFront(service: string, under = ''): Promise<Front> {
  const server = createServer(async (req, res) => {
    const method = req.method ?? ''
    const path = (req.url ?? '').slice(under.length)
    const body = await buffer(req)
    const meddling = front.meddle({ method, path })
    if (!(req.url ?? '').startsWith(under)) return reply(res, { status: 404, body: 'Not here' })
    if (meddling && meddling !== 'lose the answer') {
      reply(res, meddling)
      return note(req, path, body, meddling.status, Buffer.from(meddling.body ?? ''))
    }
    const passed = request(service + path, { method, headers: req.headers })
    passed.end(body)
    const [answer] = (await once(passed, 'response')) as [IncomingMessage]
    const bytes = await buffer(answer)
    note(req, path, body, answer.statusCode ?? 0, bytes)
    if (meddling) return void req.socket.destroy()
    res.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes)
  })
  const note = (req: IncomingMessage, path: string, body: Buffer, status: number, answer: Buffer) =>
    void front.passed.push({
      method: req.method ?? '',
      path,
      headers: req.headers,
      body: body.toString(),
      status,
      answer,
    })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${under}`,
    passed: [],
    meddle: () => undefined,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return front
}

function reply(
  res: ServerResponse,
  { status, headers = {}, body = '' }: Exclude<Meddling, string>,
): void {
  res.writeHead(status, headers).end(body)
}
