import { type Identity, selectDefaultIdentity } from '../apple/certificates/identity.ts'
import type { Config } from '../config.ts'
import { buildCurlExample } from '../text/curl-example.ts'

/** Prints the service's address and how to create the first pass, for the person who started it. */
export function printBanner(
  config: Config,
  identities: readonly Identity[],
  firstKey: string | undefined,
): void {
  const isWorker = config.role === 'worker'
  const lines = [
    '',
    isWorker
      ? 'Passwright runs as a worker: it sends what is queued, and creates no passes.'
      : `Passwright listens on ${config.publicUrl}`,
    ...(firstKey ? [`Your API key, shown only now: ${firstKey}`] : []),
    ...(isWorker ? [] : buildFirstPassLines(config, identities, firstKey)),
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function buildFirstPassLines(
  config: Config,
  identities: readonly Identity[],
  firstKey: string | undefined,
): string[] {
  const identity = selectDefaultIdentity(identities, config.defaultPassTypeId)
  const url = `http://${toReachableHost(config.host)}:${config.port}`
  return [
    identity.development
      ? 'Passes are signed by a DEVELOPMENT certificate: complete and valid, but iPhones refuse them.'
      : `Passes are signed as ${identity.passTypeIdentifier}.`,
    'Make a pass:',
    buildCurlExample(url, firstKey ?? '$PASSWRIGHT_KEY'),
  ]
}

/** The host to put into a URL for an address that the service listens on. */
function toReachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
