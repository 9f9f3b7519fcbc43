import { isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/**
 * Where clouds keep a machine's credentials: AWS and most others, Alibaba, Oracle, Azure, Google
 * and AWS by IPv6.
 */
const metadataAddresses = new Set([
  '169.254.169.254',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  'fd20:ce::254',
  'fd00:ec2::254',
])

/** Everything that IANA has handed out for the public IPv6 internet. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Takes an IP address as text, gives it as what would be dialled, IPv4-mapped IPv6 as IPv4;
 * undefined when it is not an address, or one of a zone (`fe80::1%eth0`).
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return ipaddr.IPv4.parse(text)
  if (!isIPv6(text) || text.includes('%')) return undefined
  // ipaddr.js takes ::8.8.8.8, as the system prints ::808:808, for 8.8.8.8; the URL parser writes
  // it without dots.
  return ipaddr.process(new URL(`http://[${text}]`).hostname.slice(1, -1))
}

/**
 * Tells whether anybody on the internet may be meant by this IP address: it is global unicast by
 * IANA's special-purpose address registries, and no cloud's credentials are there.
 */
export function isPublicAddress(text: string): boolean {
  const address = parseIpAddress(text)
  if (address === undefined || address.range() !== 'unicast') return false
  if (metadataAddresses.has(address.toString())) return false
  // ipaddr.js calls IPv6 space that nobody has been given unicast too, ::127.0.0.1 among it.
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast)
}

/** Tells whether a cloud hands out credentials at this IP address. */
export function isMetadataAddress(text: string): boolean {
  return metadataAddresses.has(toCanonicalAddress(text))
}

/**
 * Tells whether anybody may have us connect to this IP address and port. Our own machine's public
 * address is public only where websites are: services at its other ports may be shut to the world
 * and yet trust whoever is local.
 */
export function isPublicEndpoint(
  text: string,
  port: number,
  interfaces = networkInterfaces(),
): boolean {
  if (!isPublicAddress(text)) return false
  if (port === 80 || port === 443) return true
  const wanted = toCanonicalAddress(text)
  return !Object.values(interfaces)
    .flatMap((entries) => entries ?? [])
    .some(({ address }) => toCanonicalAddress(address) === wanted)
}

/** Takes an IP address as text, gives the one spelling it is compared by. */
export function toCanonicalAddress(text: string): string {
  return parseIpAddress(text)?.toString() ?? text
}
