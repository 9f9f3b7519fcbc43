import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { IpAddress } from './ip-address.ts'
import { isMetadataRange, parseIpAddress } from './ip-address.ts'

/** The hosts and ranges in `OUTBOUND_ALLOW`; an entry without a port allows every port. */
export interface Allowlist {
  hosts: { host: string; port?: number }[]
  ranges: { range: [IpAddress, number]; port?: number }[]
}

/**
 * Parses `OUTBOUND_ALLOW`: hosts, `host:port`, IP addresses and CIDR ranges, separated by commas.
 * Returns the valid entries, and for each invalid one a sentence that says what to write instead.
 */
export function parseAllowlist(text: string): { allowlist: Allowlist; errors: string[] } {
  const allowlist: Allowlist = { hosts: [], ranges: [] }
  const errors: string[] = []
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue
    const error = addEntry(allowlist, entry)
    if (error !== undefined) errors.push(`"${entry}" ${error}`)
  }
  return { allowlist, errors }
}

/**
 * Whether a host (as `toBareHost` returns it) is allowed by name at this port, whatever address it
 * resolves to.
 */
export function allowsHost(allowlist: Allowlist, host: string, port: number): boolean {
  return allowlist.hosts.some((entry) => entry.host === host && (entry.port ?? port) === port)
}

/** Whether an IP address is allowed at this port, by itself or as part of a range. */
export function allowsAddress(allowlist: Allowlist, text: string, port: number): boolean {
  return findAddressEntries(allowlist, text, port).length > 0
}

/** Whether an IP address is allowed at this port by an entry for it alone. */
export function allowsSingleAddress(allowlist: Allowlist, text: string, port: number): boolean {
  return findAddressEntries(allowlist, text, port).some(
    ({ range: [address, bits] }) => bits === countBits(address),
  )
}

function findAddressEntries({ ranges }: Allowlist, text: string, port: number) {
  const address = parseIpAddress(text)
  return ranges.filter(
    ({ range, port: onlyPort }) =>
      (onlyPort ?? port) === port && range[0].kind() === address?.kind() && address.match(range),
  )
}

/** A URL's host without the brackets of IPv6 and without a trailing dot. */
export function toBareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

function addEntry(allowlist: Allowlist, entry: string): string | undefined {
  if (entry.includes('://')) {
    const host = URL.parse(entry)?.host || 'such as n8n:5678'
    return `is a whole address; write only the host, ${host}`
  }
  if (entry.includes('*'))
    return 'has a wildcard; name each host, or give a range such as 10.0.0.0/8'
  if (entry.includes('/')) return addRange(allowlist, entry)
  if (isIPv6(entry)) return addHost(allowlist, `[${entry}]`)
  const [, host, portText] = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d+))?$/.exec(entry) ?? []
  const port = portText === undefined ? undefined : Number(portText)
  if (host === undefined) return 'is not a host; write a host, host:port, [IPv6]:port or a CIDR'
  if (port !== undefined && (port < 1 || port > 65_535)) return 'needs a port between 1 and 65535'
  return addHost(allowlist, host, port)
}

function addHost(allowlist: Allowlist, text: string, port?: number): string | undefined {
  const url = URL.parse(`http://${text}/`)
  if (url === null || /[\s@?#\\]/.test(text)) return 'is not a host name or an IP address'
  const host = toBareHost(url)
  // 127.1 and 010.0.0.1 are valid IPv4 addresses too, but rarely the ones that were meant.
  if (isIPv4(host) && host !== text) return `is another spelling of ${host}; write that`
  const address = parseIpAddress(host)
  if (address === undefined && !/^[a-z0-9_.-]+$/.test(host))
    return 'is not a host name or an IP address'
  if (address === undefined) allowlist.hosts.push({ host, port })
  else allowlist.ranges.push({ range: [address, countBits(address)], port })
  return undefined
}

function addRange(allowlist: Allowlist, entry: string): string | undefined {
  const [, text = '', bitsText] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(entry) ?? []
  const first = parseIpAddress(text)
  const bits = Number(bitsText)
  if (first !== undefined && isIPv6(text) && first instanceof ipaddr.IPv4) {
    return 'is IPv4 written as IPv6; write the IPv4 range'
  }
  if (first === undefined || bits > countBits(first)) {
    return 'is not a range; write it as 10.0.0.0/8 or fd00::/8, without a port'
  }
  const kind = first instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6
  const network = kind.networkAddressFromCIDR(`${first}/${bits}`).toString()
  if (network !== first.toString()) {
    return `starts inside its range; write ${network}/${bits}, or ${text} for only that address`
  }
  if (bits < countBits(first) && isMetadataRange([first, bits])) {
    return 'holds only addresses where clouds serve credentials, which no range allows; name a single address, such as 169.254.169.254'
  }
  allowlist.ranges.push({ range: [first, bits] })
  return undefined
}

/** The length of an address in bits, which is also the prefix of a range that holds only it. */
function countBits(address: IpAddress): number {
  return address instanceof ipaddr.IPv4 ? 32 : 128
}
