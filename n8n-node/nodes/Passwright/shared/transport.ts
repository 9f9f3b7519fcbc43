import {
  type IExecuteFunctions,
  type IHookFunctions,
  type IHttpRequestMethods,
  type ILoadOptionsFunctions,
  NodeApiError,
  NodeOperationError,
  sleep,
} from 'n8n-workflow'
import {
  type Client,
  createClient,
  type TransportRequest,
  type TransportResponse,
} from '../portable/api/client'
import { parseBaseUrl } from './baseUrl'
import { describeNetworkError } from './networkErrors'
import { getWaitSeconds, maxWaitSeconds } from './rateLimit'
import { describeRedirect, isRedirect } from './redirect'
import { addRefusedValues } from './refusedValues'

type RequestContext = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions

/** A downloaded file, with the name from its `Content-Disposition` header. */
export interface NamedFile {
  bytes: Buffer
  fileName: string
}

/** Where the service of a credential is, and how to connect to it. */
export interface Connection {
  baseUrl: string
  ignoreSslIssues: boolean
}

/** Reads the connection from the credential of the node; throws if its Base URL is no URL. */
export async function readConnection(context: RequestContext): Promise<Connection> {
  const credentials = await context.getCredentials('passwrightApi')
  const baseUrl = parseBaseUrl(credentials.baseUrl)
  if ('problem' in baseUrl) {
    throw new NodeOperationError(context.getNode(), baseUrl.problem, {
      description: 'Change the Base URL in the credential of this node.',
    })
  }
  return { baseUrl: baseUrl.href, ignoreSslIssues: credentials.ignoreSslIssues === true }
}

/** Creates a client for the service of the node's credential. */
export async function connect(context: RequestContext): Promise<Client<NamedFile>> {
  return openClient(context, await readConnection(context))
}

/** Creates a client that waits for rate limits, a minute at most in all its requests: one for each item. */
export function openClient(context: RequestContext, connection: Connection): Client<NamedFile> {
  let remainingSeconds = maxWaitSeconds
  return createClient(async (request) => {
    for (;;) {
      const response = await send(context, connection, request)
      const waitSeconds = getWaitSeconds(response, remainingSeconds)
      if (waitSeconds === undefined) return response
      remainingSeconds -= waitSeconds
      await sleep(waitSeconds * 1000)
    }
  })
}

async function send(
  context: RequestContext,
  { baseUrl, ignoreSslIssues }: Connection,
  sent: TransportRequest,
): Promise<TransportResponse<NamedFile>> {
  const { method, path, headers, body, expects } = sent
  const response = await request(context, baseUrl, {
    method: method as IHttpRequestMethods,
    url: baseUrl + path,
    headers,
    body,
    skipSslCertificateValidation: ignoreSslIssues,
    // n8n would send the API key and the body on to any other host.
    disableFollowRedirect: true,
    // n8n's own errors would lose the message in an error response of the service.
    ignoreHttpStatusErrors: true,
    returnFullResponse: true as const,
    encoding: 'arraybuffer' as const,
  })
  const bytes = Buffer.from(response.body)
  const result: TransportResponse<NamedFile> = {
    status: response.statusCode,
    headers: response.headers,
  }
  if (isRedirect(result.status)) {
    throw new NodeApiError(
      context.getNode(),
      {},
      {
        message: describeRedirect(baseUrl, path, result.headers.location),
        description: 'The API key and the data were not sent on.',
        httpCode: String(result.status),
      },
    )
  }
  if (result.status === 204) return result
  if (expects === 'file' && result.status < 400) {
    return { ...result, file: { bytes, fileName: parseFileName(result.headers) } }
  }
  return { ...result, json: addRefusedValues(parseJson(context, baseUrl, result, bytes), sent) }
}

async function request(
  context: RequestContext,
  baseUrl: string,
  options: Parameters<RequestContext['helpers']['httpRequestWithAuthentication']>[1],
): Promise<{ statusCode: number; headers: Record<string, string>; body: Buffer }> {
  try {
    return await context.helpers.httpRequestWithAuthentication.call(
      context,
      'passwrightApi',
      options,
    )
  } catch (error) {
    // NodeApiError replaces the message if it knows the code of the error, so the error is not passed on.
    throw new NodeApiError(
      context.getNode(),
      {},
      {
        message: `The Passwright service at ${baseUrl} cannot be reached`,
        description: describeNetworkError(error),
      },
    )
  }
}

function parseJson(
  context: RequestContext,
  baseUrl: string,
  { status }: { status: number },
  bytes: Buffer,
): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // A proxy replies with HTML while it limits requests or the service is down.
    if (status === 429 || status >= 500) return {}
    throw new NodeApiError(
      context.getNode(),
      { status },
      {
        message: `The server at ${baseUrl} is not a Passwright service`,
        description: `It returned status ${status} with a body that is not JSON. Check the Base URL in the credential.`,
        httpCode: String(status),
      },
    )
  }
}

function parseFileName(headers: Record<string, string>): string {
  return /filename="([^"]+)"/.exec(headers['content-disposition'] ?? '')?.[1] ?? 'pass.pkpass'
}
