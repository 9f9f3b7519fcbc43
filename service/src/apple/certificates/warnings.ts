import { toCommonName } from './chain.ts'
import { countDaysLeft, type Identity } from './identity.ts'

/**
 * Finds what an operator should know about a loaded identity: certificates that are expired, not
 * yet valid or expire within 30 days, and a root that is not Apple's.
 */
export function findCertificateWarnings(identity: Identity, now: Date): string[] {
  const { passTypeIdentifier: id, certificate, chain, development, foreignRoot } = identity
  const warnings = [certificate, ...chain].flatMap((one) => {
    const name =
      one === certificate ? `${id}: its certificate` : `${id}: ${toCommonName(one.subject)}`
    return findDateWarnings(name, one.validFromDate, one.validToDate, now)
  })
  if (development) {
    warnings.push(
      `${id}: this is a development identity, signed by "${foreignRoot}", not Apple. ` +
        'Wallet refuses its passes; put your own Pass Type ID certificate into CERTIFICATES_DIR.',
    )
  } else if (foreignRoot !== undefined) {
    warnings.push(
      `${id}: its chain ends at "${foreignRoot}", which is not Apple Root CA. ` +
        'Wallet REFUSES its passes; use a certificate that Apple issued.',
    )
  }
  return warnings
}

function findDateWarnings(name: string, notBefore: Date, notAfter: Date, now: Date): string[] {
  if (now > notAfter) {
    return [`${name} EXPIRED on ${toDay(notAfter)}: nothing can be signed with it. Renew it now.`]
  }
  if (now < notBefore) {
    return [
      `${name} is NOT YET VALID before ${notBefore.toISOString()}. Is this machine's clock right?`,
    ]
  }
  const daysLeft = countDaysLeft(notAfter, now)
  if (daysLeft > 30) return []
  const days = daysLeft === 1 ? '1 day' : `${daysLeft} days`
  return [`${name} expires on ${toDay(notAfter)}, in ${days}. Renew it before then.`]
}

function toDay(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}
