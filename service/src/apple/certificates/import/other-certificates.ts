import type { X509Certificate } from 'node:crypto'
import { toCommonName } from '../chain.ts'

/** Certificates of Apple that people take for the one that signs passes, by how their names begin. */
const kinds: readonly [name: RegExp, is: string][] = [
  [
    /^(?:Apple|iPhone|iOS|Mac)(?: Development|\s?Developer):?(?! Relations)/,
    'a development certificate, which signs apps',
  ],
  [/^(?:Apple|iPhone|iOS|Mac App) Distribution/, 'a distribution certificate, which signs apps'],
  [/^3rd Party Mac Developer/, 'a distribution certificate, which signs apps'],
  [/^Developer ID/, 'a Developer ID certificate, which signs apps for the Mac'],
  [
    /^(?:Apple )?(?:Development |Production |Sandbox )?(?:IOS )?Push Services/i,
    'a push certificate of an app',
  ],
  [/^Website Push ID/, 'a Website Push ID certificate'],
  [/^VoIP Services/, 'a VoIP push certificate of an app'],
  [/^(?:Merchant ID|Apple Pay)/, 'an Apple Pay certificate'],
  [/^Order Type ID/, 'an Order Type ID certificate, which signs orders'],
]

/** What a certificate is that is no Pass Type ID certificate, as the end of a sentence. */
export function describeOtherCertificate(certificate: X509Certificate): string {
  const name = toCommonName(certificate.subject)
  const kind = kinds.find(([pattern]) => pattern.test(name))
  if (kind) return `is ${kind[1]} ("${name}"), not a Pass Type ID certificate`
  if (certificate.ca)
    return `is "${name}", which issues certificates, and not one that signs passes`
  return `is "${name}", not a Pass Type ID certificate`
}
