import { type Client, createClient, Problem, type Send } from '@passwright/shared'
import type {
  BeforeRequestMiddleware,
  Bundle,
  HttpResponse,
  RawHttpResponse,
  ZObject,
} from 'zapier-platform-core'
import { parseBaseUrl } from './base-url.ts'
import { toZapierError } from './errors.ts'

/** A downloaded pass file, with the name and the type from its headers. */
export interface PassFile {
  bytes: Buffer
  name: string
  type: string
}

/** Adds the API key to a request. It cannot leak: every request goes to the service, and none follows redirects. */
export const addApiKey: BeforeRequestMiddleware = (request, _z, bundle) => ({
  ...request,
  headers: request.middlewareData?.withoutKey
    ? { ...request.headers }
    : { ...request.headers, Authorization: `Bearer ${bundle.authData.apiKey}` },
})

/** Runs requests to the service, and converts its error responses to errors of Zapier. */
export async function callService<T>(
  z: ZObject,
  bundle: Bundle,
  run: (client: Client<PassFile>) => Promise<T>,
): Promise<T> {
  try {
    return await run(createClient(createTransport(z, getServiceUrl(z, bundle))))
  } catch (error) {
    throw error instanceof Problem ? toZapierError(z, error) : error
  }
}

/** Returns the base URL of the service; throws if the connection's address is not valid. */
export function getServiceUrl(z: ZObject, bundle: Bundle): string {
  const base = parseBaseUrl(bundle.authData.baseUrl)
  if ('problem' in base) throw new z.errors.Error(base.problem, 'base_url', 400)
  return base.href
}

function createTransport(z: ZObject, address: string): Send<PassFile> {
  return async ({ method, path, headers, body, expects }) => {
    const response = await z
      .request({
        url: address + path,
        method: method as 'GET',
        headers,
        // Sent as a Buffer: in a string, core would replace {{…}}, which may be text on the pass.
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
        redirect: 'manual',
        raw: true,
      })
      .catch((error: unknown) => {
        throw createUnreachableProblem(address, error)
      })
    const { status } = response
    if (status >= 300 && status < 400) throw createRedirectError(z, address, response)
    const result = { status, headers: toHeaders(response) }
    return expects === 'file' && status < 300
      ? { ...result, file: await readFile(response) }
      : { ...result, json: status === 204 ? undefined : await readJson(z, address, response) }
  }
}

async function readFile(response: RawHttpResponse): Promise<PassFile> {
  const { 'content-type': type = '', 'content-disposition': disposition = '' } = toHeaders(response)
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'pass.pkpass'
  return { bytes: await response.buffer(), name, type }
}

async function readJson(z: ZObject, address: string, response: RawHttpResponse): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // A proxy responds with HTML while the service is down: the status alone makes Zapier retry.
    if (response.status >= 500 || response.status === 429) return undefined
    throw new z.errors.Error(
      `The server at ${address} is not a Passwright service (status ${response.status}): check the address of the connection.`,
      'not_passwright',
      response.status,
    )
  }
}

function toHeaders(response: RawHttpResponse | HttpResponse): Record<string, string> {
  const headers: Record<string, string> = {}
  response.headers.forEach((value: string, name: string) => {
    headers[name.toLowerCase()] = value
  })
  return headers
}

function createRedirectError(z: ZObject, address: string, response: RawHttpResponse): Error {
  const location = response.headers.get('location') ?? 'another address'
  return new z.errors.Error(
    `${address} redirects to ${location}: enter the final address in the connection.`,
    'redirected',
    response.status,
  )
}

/** Creates the problem of a service that cannot be reached: `not_ready`, so that Zapier retries. */
function createUnreachableProblem(address: string, cause: unknown): Problem {
  return new Problem('not_ready', `${address} cannot be reached. Zapier will try again later.`, {
    cause,
  })
}
