// Shared by the proofs that restart the service: requests that are repeated until they are acknowledged.
import { setTimeout as wait } from 'node:timers/promises'

const RETRY_MS = 20

/** Sends requests; throws when a request itself is wrong. */
export interface Caller {
  call: <Reply>(method: string, path: string, body?: unknown) => Promise<Reply>
  /** Returns the current file of a pass. */
  download: (serialNumber: string) => Promise<Uint8Array>
}

/** Creates a client that repeats a request until it is acknowledged, since the service is restarted meanwhile. */
export function createCaller(url: string | (() => string), key: string): Caller {
  const send = async <Reply>(
    path: string,
    init: RequestInit,
    read: (response: Response) => Promise<Reply>,
  ): Promise<Reply> => {
    const headers = { ...init.headers, authorization: `Bearer ${key}` }
    for (;;) {
      const base = typeof url === 'function' ? url() : url
      const response = await fetch(base + path, { ...init, headers }).catch(() => undefined)
      if (response && response.status >= 400 && response.status < 500) {
        throw new Error(`${init.method} ${path}: ${response.status} ${await response.text()}`)
      }
      // The connection may end within the body.
      const reply = response?.ok ? await read(response).catch(() => undefined) : undefined
      if (reply !== undefined) return reply
      await wait(RETRY_MS)
    }
  }
  return {
    call: <Reply>(method: string, path: string, body?: unknown) => {
      const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const init = body === undefined ? { method } : { method, ...json }
      return send(path, init, async (response) => (await response.json()) as Reply)
    },
    download: (serialNumber) =>
      send(
        `/api/passes/${serialNumber}?format=pkpass`,
        { method: 'GET' },
        async (response) => new Uint8Array(await response.arrayBuffer()),
      ),
  }
}
