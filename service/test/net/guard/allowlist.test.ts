import { expect, test } from 'vitest'
import { allowsAddress, allowsHost, parseAllowlist } from '../../../src/net/guard/allowlist.ts'
import { isPublicAddress, isPublicEndpoint } from '../../../src/net/guard/ip-address.ts'

const allow = (text: string) => {
  const { allowlist, errors } = parseAllowlist(text)
  expect(errors).toEqual([])
  return {
    host: (host: string, port: number) => allowsHost(allowlist, host, port),
    address: (address: string, port: number) => allowsAddress(allowlist, address, port),
  }
}

test('a host with a port allows that port, a host without one every port', () => {
  const { host, address } = allow('n8n:5678, Images.Internal., my_service')
  expect(host('n8n', 5678)).toBe(true)
  expect(host('n8n', 5679)).toBe(false)
  expect(host('images.internal', 80)).toBe(true)
  expect(host('images.internal', 8443)).toBe(true)
  expect(host('my_service', 80)).toBe(true)
  expect(host('other', 5678)).toBe(false)
  expect(host('x.n8n', 5678)).toBe(false)
  expect(address('127.0.0.1', 5678)).toBe(false)
})

test('IPv4 and IPv6 addresses and ranges are allowed, with or without a port', () => {
  const { address, host } = allow('10.0.0.0/8,192.168.1.5:8080,[::1]:3000,fd00::/8,fd12::1')
  expect(address('10.255.0.1', 1)).toBe(true)
  expect(address('::ffff:10.0.0.1', 80)).toBe(true)
  expect(address('11.0.0.1', 80)).toBe(false)
  expect(address('192.168.1.5', 8080)).toBe(true)
  expect(address('192.168.1.5', 80)).toBe(false)
  expect(address('192.168.1.6', 8080)).toBe(false)
  expect(address('::1', 3000)).toBe(true)
  expect(address('::1', 3001)).toBe(false)
  expect(address('fdff::9', 9)).toBe(true)
  expect(address('fe80::1', 9)).toBe(false)
  expect(host('10.0.0.1', 80)).toBe(false)
})

test('an empty setting allows nothing', () => {
  expect(parseAllowlist(' , ')).toEqual({
    allowlist: { hosts: [], ranges: [] },
    errors: [],
  })
})

test('all errors are reported together, each with what to write instead', () => {
  const { errors } = parseAllowlist(
    'http://n8n:5678/x,*.lan,10.1.2.3/8,127.1,n8n:99999,10.0.0.0/33,fd00::1/8,::ffff:10.0.0.0/104,a b,10.0.0.0/8:80,n8n:,user@host,010.0.0.1,fe80::1%eth0,n8n;crm,ok.example',
  )
  expect(errors).toEqual([
    '"http://n8n:5678/x" is a whole address; write only the host, n8n:5678',
    '"*.lan" has a wildcard; name each host, or give a range such as 10.0.0.0/8',
    '"10.1.2.3/8" starts inside its range; write 10.0.0.0/8, or 10.1.2.3 for only that address',
    '"127.1" is another spelling of 127.0.0.1; write that',
    '"n8n:99999" needs a port between 1 and 65535',
    '"10.0.0.0/33" is not a range; write it as 10.0.0.0/8 or fd00::/8, without a port',
    '"fd00::1/8" starts inside its range; write fd00::/8, or fd00::1 for only that address',
    '"::ffff:10.0.0.0/104" is IPv4 written as IPv6; write the IPv4 range',
    '"a b" is not a host name or an IP address',
    '"10.0.0.0/8:80" is not a range; write it as 10.0.0.0/8 or fd00::/8, without a port',
    '"n8n:" is not a host; write a host, host:port, [IPv6]:port or a CIDR',
    '"user@host" is not a host name or an IP address',
    '"010.0.0.1" is another spelling of 8.0.0.1; write that',
    '"fe80::1%eth0" is not a host name or an IP address',
    '"n8n;crm" is not a host name or an IP address',
  ])
})

test('only global unicast addresses are public, in any spelling, and no cloud metadata service is', () => {
  const publicAddresses = [
    '1.1.1.1',
    '93.184.215.14',
    '2606:4700::1111',
    '2a00:1450::1',
    '::ffff:1.1.1.1',
  ]
  expect(publicAddresses.filter((address) => !isPublicAddress(address))).toEqual([])

  const otherAddresses = [
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1'],
    ...['169.254.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1'],
    ...['192.0.0.192', '192.0.2.1', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.168.0.1'],
    ...['192.175.48.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1'],
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
    ...['::', '::1', '::2', '::127.0.0.1', '::8.8.8.8', '::ffff:127.0.0.1', '::ffff:7f00:1'],
    ...['::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::7f00:1'],
    ...['100::1', '200::1', '1000::1', '2001::1', '2001:0:7f00:1::', '2001:2::1', '2001:10::1'],
    ...['2001:20::1', '2001:db8::1', '2002:7f00:1::', '2002:808:808::', '3fff::1', '4000::1'],
    ...['5f00::1', 'fc00::1', 'fd00:ec2::254', 'fd20:ce::254', 'fe80::1', 'fe80::1%lo'],
    ...['fec0::1', 'ff02::1', '', 'localhost', '1.1.1.1:80'],
  ]
  expect(otherAddresses.filter((address) => isPublicAddress(address))).toEqual([])
})

test('the own public address of the machine is public only at ports 80 and 443', () => {
  const entry = { netmask: '', mac: '', internal: false, cidr: null }
  const interfaces = {
    eth0: [
      { ...entry, family: 'IPv4' as const, address: '93.184.215.14' },
      { ...entry, family: 'IPv6' as const, address: '2606:4700:0:0::1', scopeid: 0 },
    ],
  }
  for (const address of ['93.184.215.14', '::ffff:93.184.215.14', '2606:4700::1']) {
    const at = (port: number) => isPublicEndpoint(address, port, interfaces)
    expect([80, 443, 5432, 8080].map(at)).toEqual([true, true, false, false])
  }
  expect(isPublicEndpoint('93.184.215.15', 5432, interfaces)).toBe(true)
  expect(isPublicEndpoint('127.0.0.1', 80, interfaces)).toBe(false)
})
