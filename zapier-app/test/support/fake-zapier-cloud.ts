import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Part, parseMultipart } from './multipart.ts'

/** A request to a webhook URL of a Zap. */
export interface WebhookRequest {
  headers: Record<string, string>
  body: string
}

interface StoredFile {
  bytes: Buffer
  type: string
  disposition: string
}

/**
 * A fake of the servers that Zapier runs around an app, as its documentation describes them: the RPC
 * endpoint, the file store, the log endpoint, and the webhook URLs of Zaps.
 */
export interface FakeZapierCloud {
  url: string
  /** The key with which core signs pointers. */
  secret: string
  /** Every request except those to webhook URLs, for the test that searches for leaked keys. */
  requests: string[]
  /** Opens a webhook URL, as turning on a Zap does. */
  openWebhookUrl: () => { url: string; received: WebhookRequest[]; close: () => void }
  /** How many of the next requests to each endpoint fail. */
  faults: { rpc: number; store: number; logs: number }
  stop: () => Promise<void>
}

/** Starts all the fake servers on one port of 127.0.0.1. */
export async function startFakeZapierCloud(): Promise<FakeZapierCloud> {
  const files = new Map<string, StoredFile>()
  const webhooks = new Map<string, WebhookRequest[]>()
  const cursors = new Map<string, string>()

  const shouldFail = (endpoint: keyof FakeZapierCloud['faults']): boolean => {
    if (cloud.faults[endpoint] === 0) return false
    cloud.faults[endpoint] -= 1
    return true
  }

  const endpoints: Record<
    string,
    (req: IncomingMessage, res: ServerResponse, body: Buffer) => void
  > = {
    rpc: (req, res, body) => {
      if (shouldFail('rpc')) return void res.writeHead(500).end('{}')
      if (req.headers['x-token'] !== 'token-of-the-run') return void res.writeHead(401).end('{}')
      const { id, method, params, storeKey } = JSON.parse(body.toString())
      const methods: Record<string, () => unknown> = {
        get_presigned_upload_post_data: () => ({
          url: `${cloud.url}/store/`,
          fields: { key: `files/${randomUUID()}`, policy: 'signed' },
        }),
        get_cursor: () => cursors.get(storeKey) ?? null,
        set_cursor: () => void cursors.set(storeKey, params[0]),
      }
      const run = methods[method]
      sendJson(res, 200, run ? { id, result: run() ?? null } : { id, error: `No ${method} here` })
    },
    store: (req, res, body) => {
      const key = (req.url ?? '').replace('/store/', '')
      if (req.method === 'GET') return sendFile(res, files.get(key))
      if (shouldFail('store')) return void res.writeHead(503).end('<Code>SlowDown</Code>')
      const parts = parseMultipart(body, req.headers['content-type'] ?? '')
      const length = Number(req.headers['content-length'])
      const file = parts.get('file')
      if (length !== body.length || !file || readText(parts, 'policy') !== 'signed') {
        return void res.writeHead(400).end('<Code>MalformedPOSTRequest</Code>')
      }
      files.set(readText(parts, 'key'), {
        bytes: file.bytes,
        type: readText(parts, 'Content-Type'),
        disposition: readText(parts, 'Content-Disposition'),
      })
      res.writeHead(204).end()
    },
    logs: (_, res) => void res.writeHead(shouldFail('logs') ? 500 : 200).end('{}'),
    // Zapier responds before the Zap runs, and with 410 if the Zap is off or deleted.
    hooks: (req, res, body) => {
      const received = webhooks.get(req.url ?? '')
      received?.push({ headers: toPlainHeaders(req.headers), body: body.toString() })
      sendJson(res, received ? 200 : 410, { status: received ? 'success' : 'gone' })
    },
  }

  const server = createServer(async (req, res) => {
    const body = await buffer(req)
    const name = (req.url ?? '').split('/')[1] ?? ''
    if (name !== 'hooks') {
      cloud.requests.push(`${req.method} ${req.url} ${JSON.stringify(req.headers)}\n${body}`)
    }
    const handle = endpoints[name]
    if (handle) handle(req, res, body)
    else res.writeHead(404).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cloud: FakeZapierCloud = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret: randomUUID(),
    requests: [],
    faults: { rpc: 0, store: 0, logs: 0 },
    openWebhookUrl: () => {
      const path = `/hooks/standard/${randomUUID()}/`
      const received: WebhookRequest[] = []
      webhooks.set(path, received)
      return { url: cloud.url + path, received, close: () => void webhooks.delete(path) }
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return cloud
}

/** Reads the contents of a pointer; throws if it is not signed with the secret. */
export function readPointer(
  { secret }: FakeZapierCloud,
  pointer: string,
): { type: string; method: string; bundle: Record<string, unknown> } {
  const [, signed = ''] = /^hydrate\|\|\|(.+)\|\|\|hydrate$/s.exec(pointer) ?? []
  const [payload = '', signature] = signed.split(':')
  const expected = createHmac('sha1', secret).update(payload).digest('base64')
  if (signature !== expected) throw new Error(`The pointer has no valid signature: ${pointer}`)
  return JSON.parse(Buffer.from(payload, 'base64').toString())
}

function sendFile(res: ServerResponse, file: StoredFile | undefined): void {
  if (!file) return void res.writeHead(404).end()
  const headers = { 'content-type': file.type, 'content-disposition': file.disposition }
  res.writeHead(200, headers).end(file.bytes)
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function readText(parts: Map<string, Part>, name: string): string {
  return parts.get(name)?.bytes.toString() ?? ''
}

function toPlainHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
