import { describe, expect, it, test } from 'vitest'
import { parseAllowlist } from '../../../src/net/guard/allowlist.ts'
import { isMetadataAddress } from '../../../src/net/guard/ip-address.ts'
import { createAccessRules } from '../../../src/net/guard/ssrf-guard.ts'

/** Where clouds serve credentials, by what their own pages and clients name. */
const services = [
  ...['169.254.169.254', '169.254.170.2', '169.254.170.23', '169.254.0.23', '169.254.42.42'],
  ...['100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254', 'fd00:ec2::23'],
  ...['fd20:ce::254', 'fd00:c1::a9fe:a9fe', 'fd00:42::42', 'fd00:a9fe:a9fe::1'],
  ...['fd00:100::100:200'],
]
/** 169.254.169.254 as translators and tunnels write it. */
const embedded = [
  ...['::169.254.169.254', '::ffff:0:169.254.169.254', '64:ff9b::169.254.169.254'],
  ...['64:ff9b:1::169.254.169.254', '64:ff9b:1:a9fe:a9:fe00::', '64:ff9b:1:a9:fe:a9fe::'],
  ...['64:ff9b:1:0:a9:fea9:fe00:0', '2002:a9fe:a9fe::', '2001:0:1:2:3:4:5601:5601'],
]
const ranges = [
  ...['0.0.0.0/0', '100.64.0.0/10', '168.0.0.0/8', '192.0.0.0/24', '169.0.0.0/8', '::/0'],
  ...['fd00::/8', 'fc00::/7', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32'],
]

/** Whether requests to an address are allowed with this setting. */
const allows = (setting: string, address: string, host = address) => {
  const { allowlist, errors } = parseAllowlist(setting)
  expect(errors).toEqual([])
  const url = new URL(`http://${host.includes(':') ? `[${host}]` : host}/`)
  return createAccessRules({ allowlist }).allowsConnection(url, address)
}

describe('a metadata service of a cloud', () => {
  it.each([...services, ...embedded, '::ffff:169.254.169.254', 'fe80::a9fe:a9fe'])(
    'is not opened by any range or name: %s',
    (address) => {
      expect(allows(ranges.join(), address)).toBe(false)
      expect(allows('metadata.test', address, 'metadata.test')).toBe(false)
    },
  )

  it.each([...services, '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::'])(
    'is opened by its own address alone: %s',
    (address) => {
      expect(allows(address, address)).toBe(true)
      expect(allows(`${address}/${address.includes(':') ? 128 : 32}`, address)).toBe(true)
      const withPort = address.includes(':') ? `[${address}]:8080` : `${address}:8080`
      expect(allows(withPort, address)).toBe(false)
    },
  )

  it('leaves the addresses beside it to the ranges that hold them', () => {
    for (const address of ['100.100.100.201', '100.64.0.1', 'fd00::1', 'fd12::a9fe:a9fe']) {
      expect([address, allows('100.64.0.0/10,fd00::/8', address)]).toEqual([address, true])
    }
    expect(allows('64:ff9b::/96', '64:ff9b::10.0.0.1')).toBe(true)
  })

  it('is one also with a zone', () => {
    expect(isMetadataAddress('fe80::a9fe:a9fe%eth0')).toBe(true)
    expect(allows('printer.test', 'fe80::1%eth0', 'printer.test')).toBe(false)
  })
})

test.each(['169.254.0.0/16', '169.254.169.0/24', 'fe80::/10', 'fd00:ec2::/64'])(
  'a range that could only open such services is a mistake: %s',
  (range) => {
    const { allowlist, errors } = parseAllowlist(range)
    expect(allowlist.ranges).toEqual([])
    expect(errors).toEqual([
      `"${range}" holds only addresses where clouds serve credentials, which no range allows; name a single address, such as 169.254.169.254`,
    ])
  },
)
