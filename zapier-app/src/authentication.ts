import type { Usage } from '@passwright/shared'
import type { Authentication, Bundle, ZObject } from 'zapier-platform-core'
import { parseBaseUrl } from './base-url.ts'
import { documentationUrl } from './documentation-url.ts'
import { findServiceVersion } from './find-service.ts'
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
      helpText: `Begins with \`pw_live_\`. For the first connection, create a key on your server with \`npm run -s passwright -- keys create --name Zapier --plan unlimited\`. To reconnect, rotate that key (\`keys rotate ID\`): passes belong to the owner of a key, and a second key does not see them. [Read more](${documentationUrl}).`,
    },
  ],
  test: testConnection,
  connectionLabel: '{{name}} on {{host}}{{limits}}',
}

/** What a plan lacks of what the app offers, as part of the connection's label. */
const limitsByPlan: Record<string, string> = {
  free: 'free plan: no triggers, own colors, logo, locations or email texts',
}

/** Tests a connection; throws a different error for a wrong address, an old service and an invalid key. */
async function testConnection(z: ZObject, bundle: Bundle) {
  const address = getServiceUrl(z, bundle)
  const version = await findServiceVersion(z, address)
  if (!isSupportedVersion(version)) {
    throw new z.errors.Error(
      `The service at ${address} is Passwright ${version}, and this app needs ${minimumServiceVersion} or newer. Update the service, then connect again.`,
      'service_too_old',
      400,
    )
  }
  const usage = await callService(z, bundle, (client) => client.getUsage())
  const { name, plan } = usage
  return { name, plan, host: getHost(bundle), version, limits: describeLimits(usage) }
}

/** Says in the connection's label what the key cannot do, and when it ends. */
function describeLimits({ plan, scopes, expiresAt }: Usage): string {
  const limits = [
    limitsByPlan[plan],
    scopes ? `only ${scopes.join(', ')}` : undefined,
    expiresAt ? `until ${expiresAt.slice(0, 10)}` : undefined,
  ].filter((limit) => limit !== undefined)
  return limits.length === 0 ? '' : ` (${limits.join('; ')})`
}

function getHost(bundle: Bundle): string {
  const base = parseBaseUrl(bundle.authData.baseUrl)
  return 'name' in base ? base.name : ''
}
