import { type Client, createClient } from '@passwright/shared'

/**
 * Creates a client of this service's own API with the key of a caller: what a tool does is checked,
 * limited and logged as if the caller had sent it.
 */
export function createOwnClient(origin: string, authorization: string): Client<never> {
  return createClient<never>(async ({ method, path, headers, body }) => {
    const response = await fetch(origin + path, {
      method,
      headers: { ...headers, authorization },
      body: body ?? null,
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      json: text === '' ? undefined : JSON.parse(text),
    }
  })
}

/** The origin at which a connection has reached this process, whatever is in front of it. */
export function getOwnOrigin({
  localAddress = '127.0.0.1',
  localPort = 80,
}: {
  localAddress?: string | undefined
  localPort?: number | undefined
}): string {
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress
  return `http://${host}:${localPort}`
}
