import { isIP, isIPv4 } from 'node:net'
import type { Request, Response } from 'express'
import ipaddr from 'ipaddr.js'

/** `[2001:db8::1]:443` and `192.0.2.1:5678`, as some proxies write an address. */
const withPort = /^(?:\[(.+)\]|([\d.]+))(?::\d*)?$/

/**
 * Says who a caller is to the limits: an IPv4 address, or the /64 network of an IPv6 address, because one
 * subscriber has all addresses in it (RFC 6177). `ip` is what the trusted proxies say, else the
 * connection's own address; what is no address at all is the proxy's own.
 */
export function identifyCaller({
  ip,
  socket,
}: {
  ip?: string | undefined
  socket: { remoteAddress?: string | undefined }
}): string {
  return toNetwork(ip ?? '') ?? toNetwork(socket.remoteAddress ?? '') ?? 'unknown'
}

/** The caller of the request that a response is for, as `identifyCaller` says. */
function getCaller(response: Response): string {
  return response.locals.caller
}

/** Whose request it is: the id of the key, once it is verified, else the caller. */
export function getOwner(response: Response): string {
  return response.locals.key?.id ?? getCaller(response)
}

/** Whose request it claims to be, before the key is verified. Who invents keys is one among many. */
export function getClaimedOwner(request: Request, response: Response): string {
  return request.headers.authorization ?? getCaller(response)
}

function toNetwork(text: string): string | undefined {
  if (isIPv4(text)) return text
  const [, ipv6, ipv4] = withPort.exec(text.trim()) ?? []
  const [address = ''] = (ipv6 ?? ipv4 ?? text.trim()).split('%')
  if (isIP(address) === 0) return undefined
  // An IPv4-mapped address (`::ffff:192.0.2.1`) is an IPv4 address.
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return ipaddr.fromByteArray([...parsed.toByteArray().slice(0, 8), ...Array(8).fill(0)]).toString()
}
