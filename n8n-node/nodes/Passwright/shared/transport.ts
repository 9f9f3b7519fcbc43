import {
  type IExecuteFunctions,
  type IHookFunctions,
  type IHttpRequestMethods,
  type ILoadOptionsFunctions,
  NodeApiError,
} from 'n8n-workflow'
import { type Client, createClient, type WireRequest, type WireResponse } from '../portable/client'

type Caller = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions

/** A file as it came, with the name that the service gave it. */
export interface NamedFile {
  bytes: Buffer
  fileName: string
}

/** The service as the credential describes it. */
export async function connect(caller: Caller): Promise<Client<NamedFile>> {
  const { baseUrl, ignoreSslIssues } = await caller.getCredentials('passwrightApi')
  const base = String(baseUrl).trim().replace(/\/+$/, '')
  return createClient((request) => send(caller, base, ignoreSslIssues === true, request))
}

async function send(
  caller: Caller,
  base: string,
  ignoreSslIssues: boolean,
  { method, path, headers, body, expects }: WireRequest,
): Promise<WireResponse<NamedFile>> {
  const response = await request(caller, base, {
    method: method as IHttpRequestMethods,
    url: base + path,
    headers,
    body,
    skipSslCertificateValidation: ignoreSslIssues,
    // A refusal holds the service's own words, which n8n's errors would lose.
    ignoreHttpStatusErrors: true,
    returnFullResponse: true as const,
    encoding: 'arraybuffer' as const,
  })
  const bytes = Buffer.from(response.body)
  const told: WireResponse<NamedFile> = { status: response.statusCode, headers: response.headers }
  if (told.status === 204) return told
  if (expects === 'file' && told.status < 400) {
    return { ...told, file: { bytes, fileName: fileNameIn(told.headers) } }
  }
  return { ...told, json: readJson(caller, base, told, bytes) }
}

async function request(
  caller: Caller,
  base: string,
  options: Parameters<Caller['helpers']['httpRequestWithAuthentication']>[1],
): Promise<{ statusCode: number; headers: Record<string, string>; body: Buffer }> {
  try {
    return await caller.helpers.httpRequestWithAuthentication.call(caller, 'passwrightApi', options)
  } catch (error) {
    // n8n finds words of its own for whatever it recognises in an error, so it gets none to look at.
    throw new NodeApiError(
      caller.getNode(),
      {},
      {
        message: `The Passwright service at ${base} cannot be reached`,
        description: `Check the Base URL in the credential, and that the service runs. If n8n runs in a container, localhost is that container. The network says: ${error instanceof Error ? error.message : String(error)}`,
      },
    )
  }
}

function readJson(
  caller: Caller,
  base: string,
  { status }: { status: number },
  bytes: Buffer,
): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new NodeApiError(
      caller.getNode(),
      { status },
      {
        message: `What answers at ${base} is not a Passwright service`,
        description: `It answered with status ${status} and something that is no JSON. Check the Base URL in the credential.`,
        httpCode: String(status),
      },
    )
  }
}

function fileNameIn(headers: Record<string, string>): string {
  return /filename="([^"]+)"/.exec(headers['content-disposition'] ?? '')?.[1] ?? 'pass.pkpass'
}
