import { expect, it } from 'vitest'
import { identifyCaller } from '../../../src/http/limits/caller.ts'

const socket = { remoteAddress: '192.0.2.99' }
const cases: [what: string, ip: string, caller: string][] = [
  ['an IPv4 address', '192.0.2.1', '192.0.2.1'],
  ['an IPv4 address with its port', '192.0.2.1:5678', '192.0.2.1'],
  ['the same with another port', '192.0.2.1:5679', '192.0.2.1'],
  ['an IPv4-mapped address', '::ffff:192.0.2.1', '192.0.2.1'],
  ['an IPv4-mapped address in hexadecimal', '::ffff:c000:201', '192.0.2.1'],
  ['an IPv4-mapped address with its port', '[::ffff:192.0.2.1]:443', '192.0.2.1'],
  ['a short IPv6 address', '2001:db8::1', '2001:db8::'],
  ['another address of that /64', '2001:db8:0:0:ffff::1', '2001:db8::'],
  ['the same in full', '2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::'],
  ['the same in capital letters, with spaces', ' 2001:DB8::ABCD ', '2001:db8::'],
  ['the same in brackets', '[2001:db8::1]', '2001:db8::'],
  ['the same with its port', '[2001:db8::1]:443', '2001:db8::'],
  ['the same with another port', '[2001:db8::1]:444', '2001:db8::'],
  ['the next /64', '2001:db8:0:1::1', '2001:db8:0:1::'],
  ['an address with a zone', 'fe80::1%eth0', 'fe80::'],
  ['the loopback address', '::1', '::'],
  ['no address at all', 'unknown', '192.0.2.99'],
  ['another one that is none', '_hidden:80', '192.0.2.99'],
  ['nothing', '', '192.0.2.99'],
]

it.each(cases)('%s (%s) is the caller %s', (_, ip, caller) => {
  expect(identifyCaller({ ip, socket })).toBe(caller)
})
