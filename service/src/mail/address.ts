import { domainToASCII } from 'node:url'

/**
 * An address as it goes over the wire: the domain in ASCII (RFC 5890), the rest as it is. Undefined
 * when the domain has no such form.
 */
export function wireAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  const domain = domainToASCII(address.slice(at + 1))
  return domain === '' ? undefined : `${address.slice(0, at)}@${domain}`
}

/** The form that addresses are compared and found by: the same mailbox in practice. */
export function foldAddress(address: string): string {
  return (wireAddress(address) ?? address).toLowerCase()
}
