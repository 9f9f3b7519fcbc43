import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { IpAddress } from './ip-address.ts'
import { parseIpAddress } from './ip-address.ts'

/** What the operator opened with `OUTBOUND_ALLOW`; without a port every port is meant. */
export interface Allowlist {
  hosts: { host: string; port?: number }[]
  ranges: { range: [IpAddress, number]; port?: number }[]
}

/**
 * Takes the text of `OUTBOUND_ALLOW` (hosts, `host:port`, addresses and CIDRs, separated by
 * commas), gives what it opens and every mistake in it as a sentence that says what to write
 * instead.
 */
export function parseAllowlist(text: string): { allow: Allowlist; mistakes: string[] } {
  const allow: Allowlist = { hosts: [], ranges: [] }
  const mistakes: string[] = []
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue
    const mistake = addEntry(allow, entry)
    if (mistake !== undefined) mistakes.push(`"${entry}" ${mistake}`)
  }
  return { allow, mistakes }
}

/**
 * Tells whether a host (as `bareHost` gives it) is opened by name at this port, whatever it
 * resolves to.
 */
export function allowsHost(allow: Allowlist, host: string, port: number): boolean {
  return allow.hosts.some((entry) => entry.host === host && (entry.port ?? port) === port)
}

/** Tells whether an IP address is opened at this port, by itself or by a range. */
export function allowsAddress(allow: Allowlist, text: string, port: number): boolean {
  const address = parseIpAddress(text)
  return allow.ranges.some(
    ({ range, port: only }) =>
      (only ?? port) === port && range[0].kind() === address?.kind() && address.match(range),
  )
}

/** Gives a URL's host without the brackets of IPv6 and without the dot that may end a name. */
export function toBareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

function addEntry(allow: Allowlist, entry: string): string | undefined {
  if (entry.includes('://')) return `is a whole address; write only the host, ${hostOf(entry)}`
  if (entry.includes('*'))
    return 'has a wildcard; name each host, or give a range such as 10.0.0.0/8'
  if (entry.includes('/')) return addRange(allow, entry)
  if (isIPv6(entry)) return addHost(allow, `[${entry}]`)
  const [, host, portText] = /^(\[[^\]]*\]|[^:[\]]+)(?::(\d+))?$/.exec(entry) ?? []
  const port = portText === undefined ? undefined : Number(portText)
  if (host === undefined) return 'is not a host; write a host, host:port, [IPv6]:port or a CIDR'
  if (port !== undefined && (port < 1 || port > 65_535)) return 'needs a port between 1 and 65535'
  return addHost(allow, host, port)
}

function addHost(allow: Allowlist, text: string, port?: number): string | undefined {
  const url = URL.parse(`http://${text}/`)
  if (url === null || /[\s@?#\\]/.test(text)) return 'is not a host name or an IP address'
  const host = toBareHost(url)
  // 127.1 and 010.0.0.1 are addresses too, though rarely the ones that were meant.
  if (isIPv4(host) && host !== text) return `is another spelling of ${host}; write that`
  const address = parseIpAddress(host)
  if (address === undefined) allow.hosts.push({ host, port })
  else allow.ranges.push({ range: [address, lengthOf(address)], port })
  return undefined
}

function addRange(allow: Allowlist, entry: string): string | undefined {
  const [, text = '', bitsText] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(entry) ?? []
  const first = parseIpAddress(text)
  const bits = Number(bitsText)
  if (first !== undefined && isIPv6(text) && first instanceof ipaddr.IPv4) {
    return 'is IPv4 written as IPv6; write the IPv4 range'
  }
  if (first === undefined || bits > lengthOf(first)) {
    return 'is not a range; write it as 10.0.0.0/8 or fd00::/8, without a port'
  }
  const kind = first instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6
  const network = kind.networkAddressFromCIDR(`${first}/${bits}`).toString()
  if (network !== first.toString()) {
    return `starts inside its range; write ${network}/${bits}, or ${text} for that address alone`
  }
  allow.ranges.push({ range: [first, bits] })
  return undefined
}

/** Bits of a whole address, as the range that holds only it. */
function lengthOf(address: IpAddress): number {
  return address instanceof ipaddr.IPv4 ? 32 : 128
}

function hostOf(entry: string): string {
  return URL.parse(entry)?.host || 'such as n8n:5678'
}
