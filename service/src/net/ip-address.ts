import { isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/**
 * The metadata services of cloud providers, which serve a machine's credentials: AWS and most
 * others, Alibaba, Oracle, Azure, and Google and AWS over IPv6.
 */
const metadataAddresses = new Set([
  '169.254.169.254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd20:ce::254',
  'fd00:ec2::254',
])

/** The part of IPv6 that IANA allocates for the public internet. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Parses an IP address as the address that would be connected to: IPv4-mapped IPv6 becomes IPv4.
 * Undefined when the text is not an address, or has a zone (`fe80::1%eth0`).
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return ipaddr.IPv4.parse(text)
  if (!isIPv6(text) || text.includes('%')) return undefined
  // ipaddr.js parses ::8.8.8.8 as 8.8.8.8, though the system connects to ::808:808. The URL parser
  // writes the address without dots.
  return ipaddr.process(new URL(`http://[${text}]`).hostname.slice(1, -1))
}

/**
 * Whether an IP address is public: global unicast by IANA's special-purpose address registries,
 * and not a cloud's metadata service.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseIpAddress(text)
  if (address === undefined || address.range() !== 'unicast') return false
  if (metadataAddresses.has(address.toString())) return false
  // ipaddr.js also reports unallocated IPv6 space as unicast, such as ::127.0.0.1.
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast)
}

/** Whether a cloud serves a machine's credentials at this IP address. */
export function isMetadataAddress(text: string): boolean {
  return metadataAddresses.has(toCanonicalAddress(text))
}

/**
 * Whether an API caller may have us connect to this IP address and port. This machine's own public
 * address counts as public only at the ports of websites: a firewall may close its other ports to
 * the internet while the services there trust local connections.
 */
export function isPublicEndpoint(
  text: string,
  port: number,
  interfaces = networkInterfaces(),
): boolean {
  if (!isPublicAddress(text)) return false
  if (port === 80 || port === 443) return true
  const canonical = toCanonicalAddress(text)
  return !Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .some(({ address }) => toCanonicalAddress(address) === canonical)
}

/** The one spelling of an IP address that comparisons use; other texts are returned unchanged. */
export function toCanonicalAddress(text: string): string {
  return parseIpAddress(text)?.toString() ?? text
}
