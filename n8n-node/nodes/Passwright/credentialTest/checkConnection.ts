import type {
  ICredentialsDecrypted,
  ICredentialTestFunctions,
  INodeCredentialTestResult,
} from 'n8n-workflow'
import { parseRoute, routes } from '../portable/api/routes'
import { isObject } from '../portable/forms/assemble'
import { cleanApiKey } from '../shared/apiKey'
import { parseBaseUrl, publicHttpWarning } from '../shared/baseUrl'
import { describeNetworkError } from '../shared/networkErrors'
import { describeRedirect, isRedirect } from '../shared/redirect'

const timeoutMs = 15_000
const { path: usagePath } = parseRoute(routes.getUsage)

/** Tests a credential with one request, and says in words what to do if it does not work. */
export async function checkConnection(
  this: ICredentialTestFunctions,
  credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
  const { baseUrl, apiKey, ignoreSslIssues } = credential.data ?? {}
  const parsed = parseBaseUrl(baseUrl)
  if ('problem' in parsed) return toError(parsed.problem)
  const key = cleanApiKey(apiKey)
  if (key === '')
    return toError('The API Key is empty. The service prints one when it starts first.')
  try {
    const response = await send(this.helpers, parsed.href, key, ignoreSslIssues === true)
    return judge(parsed.href, parsed.isPublicHttp, response)
  } catch (error) {
    return toError(`${parsed.href} cannot be reached. ${describeNetworkError(error)}`)
  }
}

interface TestResponse {
  statusCode: number
  headers: Record<string, string | undefined>
  body: unknown
}

/** Sends the request; the context of a credential test has no `httpRequest`. */
async function send(
  helpers: ICredentialTestFunctions['helpers'],
  baseUrl: string,
  key: string,
  ignoreSslIssues: boolean,
): Promise<TestResponse> {
  return helpers.request({
    method: 'GET',
    uri: baseUrl + usagePath,
    headers: { accept: 'application/json', authorization: `Bearer ${key}` },
    // n8n would send the API key on to any other host.
    followRedirect: false,
    rejectUnauthorized: !ignoreSslIssues,
    simple: false,
    resolveWithFullResponse: true,
    timeout: timeoutMs,
  })
}

function judge(
  baseUrl: string,
  isPublicHttp: boolean,
  { statusCode, headers, body }: TestResponse,
): INodeCredentialTestResult {
  if (isRedirect(statusCode)) return toError(describeRedirect(baseUrl, usagePath, headers.location))
  const reply = parseReply(body)
  const isOurs = typeof reply.code === 'string' && typeof reply.error === 'string'
  if (statusCode >= 400 && isOurs) return toError(advice[statusCode] ?? String(reply.error))
  if (statusCode === 400 && /https/i.test(String(body))) return toError(plainHttpToHttps)
  if (statusCode === 401 || statusCode === 407) {
    return toError(
      `Another server asks for a login of its own before the service (status ${statusCode}). Check the proxy in front of it.`,
    )
  }
  if (statusCode === 429 || statusCode >= 500) {
    return toError(
      `The server replies with status ${statusCode}: the service is down, or a proxy in front of it limits requests. Try again later.`,
    )
  }
  if (typeof reply.plan !== 'string') return toError(notPasswright)
  const notes = [
    reply.plan === 'free' && freePlan,
    ...describeLimits(reply),
    isPublicHttp && publicHttpWarning,
  ].filter(Boolean)
  return { status: 'OK', message: ['Connection successful.', ...notes].join(' ') }
}

const notPasswright =
  'The server at this Base URL is not a Passwright service. Check the host, port and path.'

const plainHttpToHttps = 'The server expects https://. Begin the Base URL with https://.'

const freePlan =
  'The plan of this key is free: it cannot use Passwright Trigger, your own colors, images and locations. To create one that can, run "npm run -s passwright -- keys create --name n8n --plan unlimited".'

/** What a key is limited to, and until when it is valid. */
function describeLimits({ scopes, expiresAt }: Record<string, unknown>): string[] {
  const isWithoutTrigger = Array.isArray(scopes) && !scopes.includes('webhooks')
  return [
    Array.isArray(scopes) && `The key is limited to ${scopes.join(', ')}.`,
    isWithoutTrigger && 'Without the scope webhooks it cannot use Passwright Trigger.',
    typeof expiresAt === 'string' && `It expires on ${expiresAt.slice(0, 10)}.`,
  ].filter((note) => note !== false)
}

/** What to do about an error response of the service, by its status. */
const advice: Partial<Record<number, string>> = {
  401: 'The API key is not valid. Check it. If it is lost, have it replaced with "npm run -s passwright -- keys rotate ID": a new key does not own the passes of the old one.',
  404: notPasswright,
  503: 'The service is not ready: it is starting or stopping, or it cannot reach its database. Open /ready on the service for the reason.',
}

function parseReply(body: unknown): Record<string, unknown> {
  if (isObject(body)) return body
  try {
    const parsed: unknown = JSON.parse(String(body))
    return isObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function toError(message: string): INodeCredentialTestResult {
  return { status: 'Error', message }
}
