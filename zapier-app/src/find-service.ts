import { isObject, parseRoute, routes } from '@passwright/shared'
import type { HttpResponse, ZObject } from 'zapier-platform-core'

const healthPath = parseRoute(routes.health).path

/** How long a look at `/health` may take, so that the whole test ends before Zapier's 30 seconds do. */
const timeoutMs = 4_000

/**
 * Returns the version of the service at an address, asked without the API key: a mistyped address must
 * not leak it. Throws a different error for everything that may be there instead.
 */
export async function findServiceVersion(z: ZObject, address: string): Promise<string> {
  const response = await fetchHealth(z, address)
  const version = readVersion(response)
  if (version !== undefined) return version
  throw await describeMissing(z, address, response)
}

function fetchHealth(z: ZObject, address: string): Promise<HttpResponse | undefined> {
  return z
    .request({
      url: address + healthPath,
      redirect: 'manual',
      timeout: timeoutMs,
      middlewareData: { withoutKey: true },
    })
    .catch(() => undefined)
}

function readVersion(response: HttpResponse | undefined): string | undefined {
  if (!response || response.status >= 300 || !isObject(response.data)) return undefined
  const { status, version } = response.data
  return status === 'ok' && typeof version === 'string' ? version : undefined
}

/** What a status in place of the service's own reply means. */
const refusals: {
  matches: (status: number) => boolean
  code: string
  describe: (address: string, status: number) => string
}[] = [
  {
    matches: (status) => status === 401 || status === 403 || status === 407,
    code: 'proxy_refused',
    describe: (address, status) =>
      `A server in front of ${address}, such as a proxy with a password, refused the request with status ${status}: it has to let Zapier through to Passwright. Your API key was not sent.`,
  },
  {
    matches: (status) => status === 429,
    code: 'too_many_requests',
    describe: (address) =>
      `${address} gets too many requests at the moment (status 429): wait a minute, then connect again.`,
  },
  {
    matches: (status) => status >= 500,
    code: 'not_ready',
    describe: (address, status) =>
      `${address} is there, but the service behind it does not run at the moment (status ${status}): start it, or wait, then connect again.`,
  },
]

async function describeMissing(
  z: ZObject,
  address: string,
  response: HttpResponse | undefined,
): Promise<Error> {
  const create = (message: string, code: string) => new z.errors.Error(message, code, 400)
  if (!response) {
    return create(
      `No Passwright service found at ${address}: nothing replies there. Check the address; the service must be reachable from outside your network.`,
      'wrong_address',
    )
  }
  const { status } = response
  if (status >= 300 && status < 400) {
    const target = (response.headers.get('location') ?? 'another address').replace(/\/health$/, '')
    return create(`${address} redirects to ${target}: enter that address.`, 'redirected')
  }
  for (const parent of listParents(address)) {
    if (readVersion(await fetchHealth(z, parent)) === undefined) continue
    return create(
      `Your service is at ${parent}: remove "${address.slice(parent.length)}" from the address.`,
      'path_in_address',
    )
  }
  const refusal = refusals.find(({ matches }) => matches(status))
  if (refusal) return create(refusal.describe(address, status), refusal.code)
  return create(
    `No Passwright service found at ${address}: another server replies there (status ${status}). Check the address. Open ${address}${healthPath} in a browser outside your network: it must show "status":"ok".`,
    'wrong_address',
  )
}

/** Lists the addresses above one with a path, nearest first; at most two, since each is asked. */
function listParents(address: string): string[] {
  const { origin, pathname } = new URL(address)
  const segments = pathname.split('/').filter((segment) => segment !== '')
  return segments
    .map((_, index) => [origin, ...segments.slice(0, index)].join('/'))
    .reverse()
    .slice(0, 2)
}
