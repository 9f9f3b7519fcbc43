import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A request that the proxy handled, with the response that the service or the fault gave it. */
export interface ProxiedRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
  status: number
  responseBody: Buffer
}

/** A response instead of the service's, or a connection that is closed after the service has handled the request. */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'lose the response'

/** A reverse proxy in front of the service, at a path of its own, that can inject faults. */
export interface FaultProxy {
  url: string
  requests: ProxiedRequest[]
  /** Chooses a fault for each request; undefined forwards it unchanged. */
  chooseFault: (request: { method: string; path: string }) => Fault | undefined
  stop: () => Promise<void>
}

/** Starts a proxy for the service at `serviceUrl`, under the path `basePath`. */
export async function startFaultProxy(serviceUrl: string, basePath = ''): Promise<FaultProxy> {
  const server = createServer(async (req, res) => {
    const method = req.method ?? ''
    const path = (req.url ?? '').slice(basePath.length)
    const body = await buffer(req)
    const fault = proxy.chooseFault({ method, path })
    if (!(req.url ?? '').startsWith(basePath))
      return respond(res, { status: 404, body: 'Not here' })
    if (fault && fault !== 'lose the response') {
      respond(res, fault)
      return record(req, path, body, fault.status, Buffer.from(fault.body ?? ''))
    }
    const forwarded = request(serviceUrl + path, { method, headers: req.headers })
    forwarded.end(body)
    const [response] = (await once(forwarded, 'response')) as [IncomingMessage]
    const responseBody = await buffer(response)
    record(req, path, body, response.statusCode ?? 0, responseBody)
    if (fault) return void req.socket.destroy()
    res.writeHead(response.statusCode ?? 502, response.headers).end(responseBody)
  })
  const record = (
    req: IncomingMessage,
    path: string,
    body: Buffer,
    status: number,
    responseBody: Buffer,
  ) =>
    void proxy.requests.push({
      method: req.method ?? '',
      path,
      headers: req.headers,
      body: body.toString(),
      status,
      responseBody,
    })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    requests: [],
    chooseFault: () => undefined,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}

function respond(
  res: ServerResponse,
  { status, headers = {}, body = '' }: Exclude<Fault, string>,
): void {
  res.writeHead(status, headers).end(body)
}
