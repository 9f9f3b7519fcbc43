import { type Client, createClient, Problem, type Send } from '@passwright/shared'
import type {
  BeforeRequestMiddleware,
  Bundle,
  HttpResponse,
  RawHttpResponse,
  ZObject,
} from 'zapier-platform-core'
import { readBaseUrl } from './base-url.ts'
import { refusalOf } from './refusal.ts'

/** A pass as it came, with the name that the service gave it. */
export interface PassFile {
  bytes: Buffer
  name: string
  type: string
}

/** Says who calls. Every request is one of ours, and none follows a redirect to somebody else. */
export const addKey: BeforeRequestMiddleware = (request, _z, bundle) => ({
  ...request,
  headers: request.middlewareData?.withoutKey
    ? { ...request.headers }
    : { ...request.headers, Authorization: `Bearer ${bundle.authData.apiKey}` },
})

/** Does something with the service; what it refuses becomes the error that Zapier acts on. */
export async function passwright<T>(
  z: ZObject,
  bundle: Bundle,
  work: (client: Client<PassFile>) => Promise<T>,
): Promise<T> {
  try {
    return await work(createClient(wireTo(z, addressOf(z, bundle))))
  } catch (error) {
    throw error instanceof Problem ? refusalOf(z, error) : error
  }
}

/** The service's address; throws when what was typed is none. */
export function addressOf(z: ZObject, bundle: Bundle): string {
  const base = readBaseUrl(bundle.authData.baseUrl)
  if ('problem' in base) throw new z.errors.Error(base.problem, 'base_url', 400)
  return base.href
}

function wireTo(z: ZObject, address: string): Send<PassFile> {
  return async ({ method, path, headers, body, expects }) => {
    const response = await z
      .request({
        url: address + path,
        method: method as 'GET',
        headers,
        // A Buffer, because core takes the {{…}} of texts for its own; pass fields are free text.
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
        redirect: 'manual',
        raw: true,
      })
      .catch((error: unknown) => {
        throw unreachable(address, error)
      })
    const { status } = response
    if (status >= 300 && status < 400) throw redirected(z, address, response)
    const told = { status, headers: headersOf(response) }
    return expects === 'file' && status < 300
      ? { ...told, file: await fileOf(response) }
      : { ...told, json: status === 204 ? undefined : await jsonOf(z, address, response) }
  }
}

async function fileOf(response: RawHttpResponse): Promise<PassFile> {
  const { 'content-type': type = '', 'content-disposition': disposition = '' } = headersOf(response)
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'pass.pkpass'
  return { bytes: await response.buffer(), name, type }
}

async function jsonOf(z: ZObject, address: string, response: RawHttpResponse): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // A proxy in front answers in HTML when the service is away; that passes.
    if (response.status >= 500 || response.status === 429) return undefined
    throw new z.errors.Error(
      `What answers at ${address} is not Passwright (status ${response.status}): check the address of the connection.`,
      'not_passwright',
      response.status,
    )
  }
}

function headersOf(response: RawHttpResponse | HttpResponse): Record<string, string> {
  const headers: Record<string, string> = {}
  response.headers.forEach((value: string, name: string) => {
    headers[name.toLowerCase()] = value
  })
  return headers
}

function redirected(z: ZObject, address: string, response: RawHttpResponse): Error {
  const to = response.headers.get('location') ?? 'elsewhere'
  return new z.errors.Error(
    `${address} leads on to ${to}: put the address that answers itself into the connection.`,
    'redirected',
    response.status,
  )
}

/** A service that cannot be reached for a moment is like one that is not ready. */
function unreachable(address: string, cause: unknown): Problem {
  return new Problem('not_ready', `${address} cannot be reached; Zapier tries again later.`, {
    cause,
  })
}
