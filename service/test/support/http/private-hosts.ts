import type { LookupAll } from '../../../src/net/guard/fair-lookup.ts'

/** The error for every host that the service may not reach. */
export const notPublicMessage = /^points to a host without a public address; .* OUTBOUND_ALLOW$/

/** Other spellings of 127.0.0.1. */
export const loopbackSpellings = [
  ...['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '127.1', '127.0.1'],
  ...['１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1', '127｡0｡0｡1', '127.0.0.1.'],
  ...['%31%32%37.0.0.1', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:FFFF:7F00:0001]'],
]
/** Hosts, as written in a URL, that the service must not connect to. */
export const privateHosts = [
  ...loopbackSpellings,
  ...['127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.254', '192.168.0.1'],
  ...['169.254.169.254', '100.64.0.1', '100.100.100.200', '192.0.0.192', '198.18.0.1', '0.0.0.0'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '192.0.2.1', '168.63.129.16', '0'],
  ...['localhost', 'localhost.', 'LOCALHOST', 'ⓛocalhost', 'loc%61lhost'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]'],
  ...['[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]'],
  ...['[fe80::1]', '[fc00::1]', '[fd00:ec2::254]', '[fec0::1]', '[ff02::1]', '[100::1]'],
]

/** Creates a lookup that resolves names from a table instead of DNS. */
export const createLookup =
  (table: Record<string, string[]>): LookupAll =>
  (hostname, _options, callback) => {
    const addresses = table[hostname.replace(/\.$/, '')]
    if (!addresses) return callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), [])
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
