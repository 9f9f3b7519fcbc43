import { parseRoute, routes } from '@passwright/shared'
import type { Authentication, Bundle, ZObject } from 'zapier-platform-core'
import { readBaseUrl } from './base-url.ts'
import { handbook } from './handbook.ts'
import { addressOf, passwright } from './transport.ts'
import { isNewEnough, oldestService } from './version.ts'

/** An address and a key; the connection is called after both. */
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
      helpText:
        'Where your own Passwright service answers on the internet, with the path if it has one.',
    },
    {
      key: 'apiKey',
      label: 'API Key',
      type: 'password',
      required: true,
      helpText: `Begins with \`pw_live_\`. Make one on your server with \`npm run -s passwright -- keys create --name Zapier\`; [read more](${handbook}).`,
    },
  ],
  test,
  connectionLabel: '{{name}} on {{host}}',
}

/** Tells a wrong address, a service that is too old and a wrong key apart. */
async function test(z: ZObject, bundle: Bundle) {
  const address = addressOf(z, bundle)
  const version = await versionAt(z, address)
  if (!isNewEnough(version)) {
    throw new z.errors.Error(
      `The service at ${address} is Passwright ${version}, and this app needs ${oldestService} or newer: update the service, then connect again.`,
      'service_too_old',
      400,
    )
  }
  const { name, plan } = await passwright(z, bundle, (client) => client.getUsage())
  return { name, plan, host: hostOf(bundle), version }
}

/** Asked without the key: who mistyped the address shall not hand it to a stranger. */
async function versionAt(z: ZObject, address: string): Promise<string> {
  const { path } = parseRoute(routes.health)
  const response = await z
    .request({ url: address + path, redirect: 'manual', middlewareData: { withoutKey: true } })
    .catch(() => undefined)
  const { status, version }: { status?: unknown; version?: unknown } = response?.data ?? {}
  if (status === 'ok' && typeof version === 'string') return version
  throw new z.errors.Error(
    `No Passwright service answers at ${address}: check the address. Opened in a browser, ${address}${path} shows "status":"ok", from outside your network too.`,
    'wrong_address',
    400,
  )
}

function hostOf(bundle: Bundle): string {
  const base = readBaseUrl(bundle.authData.baseUrl)
  return 'name' in base ? base.name : ''
}
