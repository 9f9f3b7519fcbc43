import type { Identity } from '../apple/certificates/identity.ts'
import { selectDefaultIdentity } from '../apple/certificates/select.ts'
import type { Config } from '../config.ts'
import { buildCurlExample } from '../text/curl-example.ts'

/** Says where the service is and how to make the first pass, for whoever has just typed the command. */
export function printBanner(
  config: Config,
  identities: readonly Identity[],
  firstKey: string | undefined,
): void {
  const lines = [
    '',
    config.role === 'worker'
      ? 'Passwright works: it sends what waits, and makes no passes.'
      : `Passwright listens on ${config.publicUrl}`,
    ...(firstKey ? [`Your API key, shown only now: ${firstKey}`] : []),
    ...(config.role === 'worker' ? [] : waysIn(config, identities, firstKey)),
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function waysIn(
  config: Config,
  identities: readonly Identity[],
  firstKey: string | undefined,
): string[] {
  const identity = selectDefaultIdentity(identities, config.defaultPassTypeId)
  return [
    ...(identity.development
      ? [
          'Passes are signed by a DEVELOPMENT certificate: real in every part, but iPhones refuse them.',
        ]
      : [`Passes are signed as ${identity.passTypeIdentifier}.`]),
    'Make a pass:',
    buildCurlExample(
      `http://${reachable(config.host)}:${config.port}`,
      firstKey ?? '$PASSWRIGHT_KEY',
    ),
  ]
}

/** An address to type for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
