import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

/**
 * An address as it goes over the wire: the domain in ASCII (RFC 5890), the rest as it is. Undefined
 * when the domain has no such form.
 */
export function toAsciiAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const domain = domainToASCII(address.slice(at + 1))
  return isHostName(domain) ? `${address.slice(0, at)}@${domain}` : undefined
}

/** A name with labels of a length that DNS knows (RFC 1035, 2.3.4), and no address of numbers: `0x7f.1` is one. */
function isHostName(domain: string): boolean {
  return domain !== '' && isIP(domain) === 0 && !/[^.]{64}/.test(domain) && domain.length <= 253
}

/** The form that addresses are compared and found by: the same mailbox in practice. */
export function normalizeAddress(address: string): string {
  return (toAsciiAddress(address) ?? address).toLowerCase()
}
