import type { X509Certificate } from 'node:crypto'
import { type Chain, toCommonName } from '../chain.ts'
import type { PassCertificateNames } from '../pass-certificate.ts'
import { describeWeakKey } from '../private-key.ts'

/** What a Pass Type ID looks like; it becomes the name of a folder. */
export const passTypeIdPattern = /^pass\.[A-Za-z0-9][A-Za-z0-9.-]{0,199}$/

const portal = 'https://developer.apple.com/account/resources/certificates/add'
const authorities = 'https://www.apple.com/certificateauthority/'

/** A certificate that may sign passes, with what has been found for it. */
export interface Candidate {
  certificate: X509Certificate
  names: PassCertificateNames
  chain: Chain
  /** The certificates given besides it. */
  others: readonly X509Certificate[]
}

/** A rule: why Wallet would refuse every pass of this certificate, or undefined. */
type Rule = (candidate: Candidate, now: Date) => string | undefined

const rules: readonly Rule[] = [
  ({ certificate }) =>
    certificate.subject === certificate.issuer
      ? `is signed by itself and not by Apple; upload a request at ${portal} and import what Apple issues`
      : undefined,
  ({ names }) =>
    names.signsPasses && names.marker !== undefined
      ? undefined
      : `lacks what Apple puts into a Pass Type ID certificate; create one at ${portal}`,
  ({ names: { uid, marker } }) =>
    marker === undefined || uid === marker
      ? undefined
      : `names ${uid ?? 'no pass type'} as its subject and ${marker} as its pass type, which Wallet refuses; create a new one at ${portal}`,
  ({ names: { uid } }) =>
    uid === undefined || passTypeIdPattern.test(uid)
      ? undefined
      : `names "${uid}", which is not a Pass Type ID such as pass.com.example.card; create a new one at ${portal}`,
  ({ names }) =>
    names.team === undefined
      ? `names no team (OU) in its subject, which Wallet refuses; create a new one at ${portal}`
      : undefined,
  ({ certificate }, now) =>
    certificate.validToDate < now
      ? `expired on ${toDay(certificate.validToDate)}, and nothing can be signed with it; make a new one, beginning with: passwright certs request`
      : undefined,
  ({ certificate }) => {
    const weak = describeWeakKey(certificate.publicKey)
    return weak && `has a key that ${weak}, beginning with: passwright certs request`
  },
  ({ certificate, chain, others }) =>
    isComplete(chain) ? undefined : describeIncompleteChain(certificate, chain, others),
  ({ chain }, now) => {
    const expired = chain.intermediates.find((one) => one.validToDate < now)
    return (
      expired &&
      `was issued by "${toCommonName(expired.subject)}", which expired on ${toDay(expired.validToDate)}; create a new one at ${portal}`
    )
  },
]

/** Why a certificate cannot be imported, as the end of a sentence; undefined when it can. */
export function findRefusal(candidate: Candidate, now: Date): string | undefined {
  return rules.map((rule) => rule(candidate, now)).find((refusal) => refusal !== undefined)
}

function isComplete(chain: Chain): boolean {
  return chain.includesApple || chain.root !== undefined
}

function describeIncompleteChain(
  certificate: X509Certificate,
  chain: Chain,
  others: readonly X509Certificate[],
): string {
  const last = chain.intermediates.at(-1) ?? certificate
  const missing = toCommonName(last.issuer)
  const sameName = others.some((one) => toCommonName(one.subject) === missing)
  const generations = others
    .filter((one) => one.ca)
    .map((one) => `"${toCommonName(one.subject)}"`)
    .join(', ')
  const given = sameName
    ? `; the one given has that name, but another key`
    : generations && `; ${generations} did not sign it`
  return `was issued by "${missing}", which is neither among the files nor one of Apple's that Passwright knows${given}; download it from ${authorities} and name its file too`
}

function toDay(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}
