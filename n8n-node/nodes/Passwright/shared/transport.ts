import {
  type IExecuteFunctions,
  type IHookFunctions,
  type IHttpRequestMethods,
  type ILoadOptionsFunctions,
  NodeApiError,
} from 'n8n-workflow'
import {
  type Client,
  createClient,
  type TransportRequest,
  type TransportResponse,
} from '../portable/client'

type RequestContext = IExecuteFunctions | IHookFunctions | ILoadOptionsFunctions

/** A downloaded file, with the name from its `Content-Disposition` header. */
export interface NamedFile {
  bytes: Buffer
  fileName: string
}

/** Creates a client for the service of the node's credential. */
export async function connect(context: RequestContext): Promise<Client<NamedFile>> {
  const credentials = await context.getCredentials('passwrightApi')
  const baseUrl = String(credentials.baseUrl).trim().replace(/\/+$/, '')
  const ignoreSslIssues = credentials.ignoreSslIssues === true
  return createClient((request) => send(context, baseUrl, ignoreSslIssues, request))
}

async function send(
  context: RequestContext,
  baseUrl: string,
  ignoreSslIssues: boolean,
  { method, path, headers, body, expects }: TransportRequest,
): Promise<TransportResponse<NamedFile>> {
  const response = await request(context, baseUrl, {
    method: method as IHttpRequestMethods,
    url: baseUrl + path,
    headers,
    body,
    skipSslCertificateValidation: ignoreSslIssues,
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
  if (result.status === 204) return result
  if (expects === 'file' && result.status < 400) {
    return { ...result, file: { bytes, fileName: parseFileName(result.headers) } }
  }
  return { ...result, json: parseJson(context, baseUrl, result, bytes) }
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
        description: `Check the Base URL in the credential, and that the service is running. If n8n runs in a container, localhost is that container. Network error: ${error instanceof Error ? error.message : String(error)}`,
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
