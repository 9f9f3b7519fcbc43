import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

/**
 * Converts the domain of an address to ASCII, as SMTP requires it (RFC 5890); the local part stays
 * as it is. Undefined if the domain is invalid.
 */
export function toAsciiAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const domain = domainToASCII(address.slice(at + 1))
  return isHostName(domain) ? `${address.slice(0, at)}@${domain}` : undefined
}

/** A name within the length limits of DNS (RFC 1035, 2.3.4), and not an IP address, which `0x7f.1` is too. */
function isHostName(domain: string): boolean {
  return domain !== '' && isIP(domain) === 0 && !/[^.]{64}/.test(domain) && domain.length <= 253
}

/** Converts an address to the form in which addresses are compared: in practice, equal means the same mailbox. */
export function normalizeAddress(address: string): string {
  return (toAsciiAddress(address) ?? address).toLowerCase()
}
