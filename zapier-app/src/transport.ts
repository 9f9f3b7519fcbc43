import { type Client, createClient, Problem, type Send } from '@passwright/shared'
import type {
  BeforeRequestMiddleware,
  Bundle,
  RawHttpResponse,
  ZObject,
} from 'zapier-platform-core'
import { cleanApiKey, isSendable } from './api-key.ts'
import { parseBaseUrl } from './base-url.ts'
import { deadlineMs, withDeadline } from './deadline.ts'
import { keyRefused, toZapierError } from './errors.ts'
import type { StepForm } from './form-words.ts'
import { createExpiry } from './plain-error.ts'
import { assertNoRedirect, readReply, toHeaders } from './service-reply.ts'

/** A downloaded pass file, with the name and the type from its headers. */
export interface PassFile {
  bytes: Buffer
  name: string
  type: string
}

/** Adds the API key to a request. It cannot leak: every request goes to the service, and none follows redirects. */
export const addApiKey: BeforeRequestMiddleware = (request, z, bundle) => {
  if (request.middlewareData?.withoutKey) return { ...request, headers: { ...request.headers } }
  const key = cleanApiKey(bundle.authData.apiKey)
  if (!isSendable(key)) throw createExpiry(z, keyRefused)
  return { ...request, headers: { ...request.headers, Authorization: `Bearer ${key}` } }
}

/**
 * Runs requests to the service, and converts its error responses to errors of Zapier; `labels` name
 * the inputs of the step that are no field of a pass.
 */
export async function callService<T>(
  z: ZObject,
  bundle: Bundle,
  run: (client: Client<PassFile>) => Promise<T>,
  labels: StepForm['labels'] = {},
): Promise<T> {
  const address = getServiceUrl(z, bundle)
  const form: StepForm = { labels }
  try {
    return await withDeadline(address, run(createClient(createTransport(z, address, form))))
  } catch (error) {
    throw error instanceof Problem ? toZapierError(z, error, form) : error
  }
}

/** Returns the base URL of the service; throws if the connection's address is not valid. */
export function getServiceUrl(z: ZObject, bundle: Bundle): string {
  const base = parseBaseUrl(bundle.authData.baseUrl)
  if ('problem' in base) throw new z.errors.Error(base.problem, 'base_url', 400)
  return base.href
}

/** Sends requests with Zapier's client; `form` remembers what was sent last, for messages about it. */
function createTransport(z: ZObject, address: string, form: StepForm): Send<PassFile> {
  return async ({ method, path, headers, body, expects }) => {
    form.sent = body === undefined ? parseQuery(path) : JSON.parse(body)
    const response = await z
      .request({
        url: address + path,
        method: method as 'GET',
        headers,
        // Sent as a Buffer: in a string, core would replace {{…}}, which may be text on the pass.
        ...(body === undefined ? {} : { body: Buffer.from(body) }),
        redirect: 'manual',
        timeout: deadlineMs,
        raw: true,
      })
      .catch((error: unknown) => {
        throw toRequestError(address, error)
      })
    assertNoRedirect(z, address, response)
    const { status } = response
    const result = { status, headers: toHeaders(response) }
    return expects === 'file' && status < 300
      ? { ...result, file: await readFile(response) }
      : { ...result, json: status === 204 ? undefined : await readReply(z, address, response) }
  }
}

function parseQuery(path: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(path.split('?')[1] ?? ''))
}

async function readFile(response: RawHttpResponse): Promise<PassFile> {
  const { 'content-type': type = '', 'content-disposition': disposition = '' } = toHeaders(response)
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'pass.pkpass'
  return { bytes: await response.buffer(), name, type }
}

/** A service that cannot be reached is `not_ready`, so that Zapier retries; an error of the middleware stays one. */
function toRequestError(address: string, cause: unknown): unknown {
  if (cause instanceof Error && cause.name === 'ExpiredAuthError') return cause
  return new Problem('not_ready', `${address} cannot be reached. Zapier will try again later.`, {
    cause,
  })
}
