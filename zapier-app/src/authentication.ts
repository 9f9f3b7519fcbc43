import { parseRoute, routes } from '@passwright/shared'
import type { Authentication, Bundle, ZObject } from 'zapier-platform-core'
import { parseBaseUrl } from './base-url.ts'
import { documentationUrl } from './documentation-url.ts'
import { callService, getServiceUrl } from './transport.ts'
import { isSupportedVersion, minimumServiceVersion } from './version.ts'

/** A connection: the address of a service and an API key, and a label made of the key's name and the host. */
export const authentication: Authentication = {
  type: 'custom',
  fields: [
    {
      key: 'baseUrl',
      label: 'Service Address',
      type: 'string',
      required: true,
      isNoSecret: true,
      placeholder: 'https://passes.example.com',
      helpText: 'The public URL of your own Passwright service, including its path if it has one.',
    },
    {
      key: 'apiKey',
      label: 'API Key',
      type: 'password',
      required: true,
      helpText: `Begins with \`pw_live_\`. Create one on your server with \`npm run -s passwright -- keys create --name Zapier\`; [read more](${documentationUrl}).`,
    },
  ],
  test: testConnection,
  connectionLabel: '{{name}} on {{host}}',
}

/** Tests a connection; throws a different error for a wrong address, an old service and an invalid key. */
async function testConnection(z: ZObject, bundle: Bundle) {
  const address = getServiceUrl(z, bundle)
  const version = await fetchVersion(z, address)
  if (!isSupportedVersion(version)) {
    throw new z.errors.Error(
      `The service at ${address} is Passwright ${version}, and this app needs ${minimumServiceVersion} or newer. Update the service, then connect again.`,
      'service_too_old',
      400,
    )
  }
  const { name, plan } = await callService(z, bundle, (client) => client.getUsage())
  return { name, plan, host: getHost(bundle), version }
}

/** Fetches the version of the service, without the API key: a mistyped address must not leak it. */
async function fetchVersion(z: ZObject, address: string): Promise<string> {
  const { path } = parseRoute(routes.health)
  const response = await z
    .request({ url: address + path, redirect: 'manual', middlewareData: { withoutKey: true } })
    .catch(() => undefined)
  const { status, version }: { status?: unknown; version?: unknown } = response?.data ?? {}
  if (status === 'ok' && typeof version === 'string') return version
  throw new z.errors.Error(
    `No Passwright service found at ${address}: check the address. Open ${address}${path} in a browser outside your network: it must show "status":"ok".`,
    'wrong_address',
    400,
  )
}

function getHost(bundle: Bundle): string {
  const base = parseBaseUrl(bundle.authData.baseUrl)
  return 'name' in base ? base.name : ''
}
