import { isObject, problems } from '@passwright/shared'
import type { HttpResponse, RawHttpResponse, ZObject } from 'zapier-platform-core'

/** Statuses after which the same request may succeed, from whatever server. */
const isTemporary = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)

/** Parses the JSON of a response; throws if it is not a reply of Passwright that the client knows. */
export async function readReply(
  z: ZObject,
  address: string,
  response: RawHttpResponse,
): Promise<unknown> {
  const { status } = response
  const json = parseJson(await response.text())
  // A proxy replies with HTML while the service is down: the status alone makes Zapier retry.
  if (isTemporary(status)) return json
  if (status >= 400) {
    assertKnownProblem(z, address, status, json)
    return json
  }
  if (json !== undefined) return json
  throw new z.errors.Error(
    `The server at ${address} is not a Passwright service (status ${status}): check the address of the connection.`,
    'not_passwright',
    status,
  )
}

/** A problem of a newer service is reported with its own sentence, a refusal of another server as one. */
function assertKnownProblem(z: ZObject, address: string, status: number, json: unknown): void {
  const { error, code } = isObject(json) ? json : {}
  if (typeof error === 'string' && typeof code === 'string') {
    if (code in problems) return
    throw new z.errors.Error(error, code, status)
  }
  throw new z.errors.Error(
    `A server in front of ${address}, such as a proxy, refused the request with status ${status}. It has to let requests with an API key through to Passwright.`,
    'not_passwright',
    status,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Throws if the service redirects: the API key and the request are not sent to another address. */
export function assertNoRedirect(
  z: ZObject,
  address: string,
  response: RawHttpResponse | HttpResponse,
): void {
  if (response.status < 300 || response.status >= 400) return
  const location = response.headers.get('location') ?? 'another address'
  throw new z.errors.Error(
    `${address} redirects to ${location}: enter the final address in the connection.`,
    'redirected',
    response.status,
  )
}

/** Returns the headers of a response, by name in lower case. */
export function toHeaders(response: RawHttpResponse | HttpResponse): Record<string, string> {
  const headers: Record<string, string> = {}
  response.headers.forEach((value: string, name: string) => {
    headers[name.toLowerCase()] = value
  })
  return headers
}
