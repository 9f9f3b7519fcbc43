import { isValidAt, selectDefaultIdentity } from '../apple/certificates/identity.ts'
import type { Context } from '../context.ts'
import { buildCurlExample } from '../text/curl-example.ts'

/** Prints the service's address and how to create the first pass, for the person who started it. */
export function printBanner(ctx: Context, firstKey: string | undefined): void {
  const { config } = ctx
  const isWorker = config.role === 'worker'
  const lines = [
    '',
    isWorker
      ? 'Passwright runs as a worker: it sends what is queued, and creates no passes.'
      : `Passwright listens on ${config.publicUrl}`,
    ...(isWorker ? [] : ['The editor is at this address: open it in a browser to design a pass.']),
    ...(firstKey ? [`Your API key, shown only now: ${firstKey}`] : []),
    ...(isWorker ? [] : buildFirstPassLines(ctx, firstKey)),
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function buildFirstPassLines(ctx: Context, firstKey: string | undefined): string[] {
  const { config } = ctx
  const url = `http://${toReachableHost(config.host)}:${config.port}`
  return [describeSigner(ctx), 'Make a pass:', buildCurlExample(url, firstKey ?? '$PASSWRIGHT_KEY')]
}

function describeSigner({ config, identities, now }: Context): string {
  const identity = selectDefaultIdentity(identities(), config.defaultPassTypeId)
  const { passTypeIdentifier, development } = identity
  if (!isValidAt(identity, now())) {
    return `NO PASS CAN BE SIGNED: the certificate of ${passTypeIdentifier} has expired or is not valid yet. Find out more with: passwright doctor`
  }
  return development
    ? 'Passes are signed by a DEVELOPMENT certificate: complete and valid, but iPhones refuse them.'
    : `Passes are signed as ${passTypeIdentifier}.`
}

/** The host to put into a URL for an address that the service listens on. */
function toReachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
