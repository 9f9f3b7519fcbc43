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
  return Array.from(toAsciiAddress(address) ?? address, toLowerCase).join('')
}

/** Converts an address to its mailbox, in which `ada+1@example.com` and `Ada@example.com` are the same. */
export function toMailbox(address: string): string {
  return normalizeAddress(address).replace(/^([^+@]+)\+[^@]*@/, '$1@')
}

/**
 * The lower case of a character, unless that is the lower case of another one: KELVIN SIGN (U+212A)
 * becomes a k, so that its address would count as somebody else's.
 */
function toLowerCase(character: string): string {
  const lower = character.toLowerCase()
  return lower.toUpperCase() === character ? lower : character
}
