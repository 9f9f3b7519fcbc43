import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Part, partsOf } from './multipart.ts'

/** A webhook as it came in. */
export interface Hook {
  headers: Record<string, string>
  body: string
}

/** A file in the store, as a later step gets it. */
interface StoredFile {
  bytes: Buffer
  type: string
  disposition: string
}

/**
 * Zapier around the app, as its documentation tells: calls from the app (RPC), the file store, the
 * log intake, and the addresses that webhooks are posted to.
 */
export interface Cloud {
  url: string
  /** Signs pointers, so that nobody else can have a file fetched. */
  secret: string
  /** Everything that reached it beside webhooks, for who looks for secrets. */
  heard: string[]
  /** Opens an address for webhooks. */
  openHook: () => { url: string; came: Hook[]; close: () => void }
  /** How often the next calls of a kind fail. */
  faults: { rpc: number; store: number; logs: number }
  stop: () => Promise<void>
}

export async function startCloud(): Promise<Cloud> {
  const files = new Map<string, StoredFile>()
  const hooks = new Map<string, Hook[]>()
  const cursors = new Map<string, string>()

  const fails = (kind: keyof Cloud['faults']): boolean => {
    if (cloud.faults[kind] === 0) return false
    cloud.faults[kind] -= 1
    return true
  }

  const doors: Record<string, (req: IncomingMessage, res: ServerResponse, body: Buffer) => void> = {
    rpc: (req, res, body) => {
      if (fails('rpc')) return void res.writeHead(500).end('{}')
      if (req.headers['x-token'] !== 'token-of-the-run') return void res.writeHead(401).end('{}')
      const { id, method, params, storeKey } = JSON.parse(body.toString())
      const calls: Record<string, () => unknown> = {
        get_presigned_upload_post_data: () => ({
          url: `${cloud.url}/store/`,
          fields: { key: `files/${randomUUID()}`, policy: 'signed' },
        }),
        get_cursor: () => cursors.get(storeKey) ?? null,
        set_cursor: () => void cursors.set(storeKey, params[0]),
      }
      const call = calls[method]
      json(res, 200, call ? { id, result: call() ?? null } : { id, error: `No ${method} here` })
    },
    store: (req, res, body) => {
      const key = (req.url ?? '').replace('/store/', '')
      if (req.method === 'GET') return serve(res, files.get(key))
      if (fails('store')) return void res.writeHead(503).end('<Code>SlowDown</Code>')
      const parts = partsOf(body, req.headers['content-type'] ?? '')
      const length = Number(req.headers['content-length'])
      const file = parts.get('file')
      if (length !== body.length || !file || textOf(parts, 'policy') !== 'signed') {
        return void res.writeHead(400).end('<Code>MalformedPOSTRequest</Code>')
      }
      files.set(textOf(parts, 'key'), {
        bytes: file.bytes,
        type: textOf(parts, 'Content-Type'),
        disposition: textOf(parts, 'Content-Disposition'),
      })
      res.writeHead(204).end()
    },
    logs: (_, res) => void res.writeHead(fails('logs') ? 500 : 200).end('{}'),
    // The sender is answered before the Zap runs, and a Zap that is off is gone.
    hooks: (req, res, body) => {
      const came = hooks.get(req.url ?? '')
      came?.push({ headers: plain(req.headers), body: body.toString() })
      json(res, came ? 200 : 410, { status: came ? 'success' : 'gone' })
    },
  }

  const server = createServer(async (req, res) => {
    const body = await buffer(req)
    const name = (req.url ?? '').split('/')[1] ?? ''
    if (name !== 'hooks') {
      cloud.heard.push(`${req.method} ${req.url} ${JSON.stringify(req.headers)}\n${body}`)
    }
    const door = doors[name]
    if (door) door(req, res, body)
    else res.writeHead(404).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cloud: Cloud = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret: randomUUID(),
    heard: [],
    faults: { rpc: 0, store: 0, logs: 0 },
    openHook: () => {
      const path = `/hooks/standard/${randomUUID()}/`
      const came: Hook[] = []
      hooks.set(path, came)
      return { url: cloud.url + path, came, close: () => void hooks.delete(path) }
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return cloud
}

/** What a pointer stands for; throws when this Zapier did not sign it. */
export function readPointer(
  { secret }: Cloud,
  pointer: string,
): { type: string; method: string; bundle: Record<string, unknown> } {
  const [, signed = ''] = /^hydrate\|\|\|(.+)\|\|\|hydrate$/s.exec(pointer) ?? []
  const [payload = '', signature] = signed.split(':')
  const wanted = createHmac('sha1', secret).update(payload).digest('base64')
  if (signature !== wanted) throw new Error(`Not a pointer of ours: ${pointer}`)
  return JSON.parse(Buffer.from(payload, 'base64').toString())
}

function serve(res: ServerResponse, file: StoredFile | undefined): void {
  if (!file) return void res.writeHead(404).end()
  const headers = { 'content-type': file.type, 'content-disposition': file.disposition }
  res.writeHead(200, headers).end(file.bytes)
}

function textOf(parts: Map<string, Part>, name: string): string {
  return parts.get(name)?.bytes.toString() ?? ''
}

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function plain(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
