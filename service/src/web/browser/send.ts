import type { Send } from '@passwright/shared'

/** Sends the requests of our client from the page, to the service that it came from. */
export function createSend(root: string, getKey: () => string): Send<Blob> {
  return async ({ method, path, headers, body, expects }) => {
    const response = await fetch(root + path, {
      method,
      headers: { ...headers, authorization: `Bearer ${getKey()}` },
      body: body ?? null,
    })
    const read = { status: response.status, headers: Object.fromEntries(response.headers) }
    if (expects === 'file' && response.ok) return { ...read, file: await response.blob() }
    return { ...read, json: response.status === 204 ? undefined : await response.json() }
  }
}
