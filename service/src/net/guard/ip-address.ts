import { isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6

/**
 * Where clouds serve a machine its credentials, to anything that asks from that machine. All of link-local
 * belongs to it: most clouds use 169.254.169.254, and there are others for tasks and pods.
 */
const metadataRanges = [
  // AWS (also ECS tasks and EKS pods), Azure, Google, Tencent, Scaleway and most others.
  ...['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32', 'fd20:ce::254/128', 'fd00:42::42/128'],
  // Alibaba, Oracle, Azure's host agent, Akamai.
  ...['100.100.100.200/32', 'fd00:100::100:200/128', '192.0.0.192/32', 'fd00:c1::a9fe:a9fe/128'],
  ...['168.63.129.16/32', 'fd00:a9fe:a9fe::1/128'],
].map((range) => ipaddr.parseCIDR(range))

/**
 * Where IPv6 carries an IPv4 address that a translator or a tunnel connects to: the range, and the
 * four bytes. Teredo (RFC 4380) inverts their bits.
 */
const embeddings: { range: [ipaddr.IPv6, number]; bytes: number[]; isInverted?: boolean }[] = [
  // IPv4-compatible (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052).
  ...['::/96', '::ffff:0:0:0/96', '64:ff9b::/96'].map((range) => embed(range, 12, 13, 14, 15)),
  // A network's own NAT64 (RFC 8215), with each length of its prefix.
  embed('64:ff9b:1::/48', 12, 13, 14, 15),
  embed('64:ff9b:1::/48', 6, 7, 9, 10),
  embed('64:ff9b:1::/48', 7, 9, 10, 11),
  embed('64:ff9b:1::/48', 9, 10, 11, 12),
  // 6to4 (RFC 3056).
  embed('2002::/16', 2, 3, 4, 5),
  { ...embed('2001::/32', 12, 13, 14, 15), isInverted: true },
]

function embed(range: string, ...bytes: number[]) {
  return { range: ipaddr.IPv6.parseCIDR(range), bytes }
}

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
  if (isMetadataAddress(text)) return false
  // ipaddr.js also reports unallocated IPv6 space as unicast, such as ::127.0.0.1.
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast)
}

/**
 * Whether a cloud serves a machine's credentials at this IP address, also when it reaches one through
 * a translator or a tunnel, or has a zone (`fe80::1%eth0`).
 */
export function isMetadataAddress(text: string): boolean {
  const address = parseIpAddress(text.replace(/%.*$/, ''))
  if (address === undefined) return false
  return [address, ...findEmbeddedAddresses(address)].some((one) =>
    metadataRanges.some((range) => isWithin(one, range)),
  )
}

/** Whether every address of a range is one of a metadata service. */
export function isMetadataRange([first, bits]: [IpAddress, number]): boolean {
  return metadataRanges.some((range) => bits >= range[1] && isWithin(first, range))
}

function findEmbeddedAddresses(address: IpAddress): IpAddress[] {
  if (address instanceof ipaddr.IPv4) return []
  const all = address.toByteArray()
  return embeddings
    .filter(({ range }) => address.match(range))
    .map(({ bytes, isInverted }) =>
      bytes.map((index) => (all[index] ?? 0) ^ (isInverted ? 0xff : 0)),
    )
    .map((bytes) => new ipaddr.IPv4(bytes))
}

function isWithin(address: IpAddress, range: [IpAddress, number]): boolean {
  return address.kind() === range[0].kind() && address.match(range)
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
