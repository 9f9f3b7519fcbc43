import type { Config } from './config.ts'
import { defaultIdentity } from './identity/choose.ts'
import type { Identity } from './identity/identity.ts'

/** Says where the service is and how to make the first pass, for whoever has just typed the command. */
export function greet(
  config: Config,
  identities: readonly Identity[],
  firstKey: string | undefined,
): void {
  const identity = defaultIdentity(identities, config.defaultPassTypeId)
  const lines = [
    '',
    `Passwright listens on ${config.publicUrl}`,
    ...(firstKey ? [`Your API key, shown only now: ${firstKey}`] : []),
    ...(identity.development
      ? [
          'Passes are signed by a DEVELOPMENT certificate: real in every part, but iPhones refuse them.',
        ]
      : [`Passes are signed as ${identity.passTypeIdentifier}.`]),
    'Make a pass:',
    curlLine(config, firstKey),
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** One line to paste into a shell; the file lands in the folder where it is pasted. */
function curlLine({ host, port }: Config, firstKey: string | undefined): string {
  const pass = {
    title: 'Riverside Climbing Club',
    label: 'Member',
    value: 'Ada Example',
    barcodeValue: 'MEMBER-1042',
    barcodeFormat: 'QR',
    colorPreset: 'blue',
  }
  const address = `http://${reachable(host)}:${port}/api/pkpass`
  return [
    `curl -sS -X POST ${address}`,
    `-H "Authorization: Bearer ${firstKey ?? '$PASSWRIGHT_KEY'}"`,
    '-H "Content-Type: application/json"',
    `-d '${JSON.stringify(pass)}'`,
    '-o member.pkpass',
  ].join(' ')
}

/** An address to type for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
