import { expect, it } from 'vitest'
import { isPrivateHost } from './portable/index.ts'

it.each([
  ...['localhost', 'LOCALHOST', 'passwright', 'passes.localhost', '127.0.0.1', '127.8.8.8'],
  ...['10.1.2.3', '192.168.1.7', '172.16.0.1', '172.31.255.1', '[::1]', '[fd12:3456::1]'],
  ...['nas.local', 'passes.internal', 'router.lan', 'passes.home.arpa'],
])('a request to %s may go without TLS', (host) => {
  expect(isPrivateHost(host)).toBe(true)
})

it.each([
  ...['passes.example.com', 'localhost.example.com', '10.example.com', '8.8.8.8', '172.32.0.1'],
  ...['192.169.0.1', '11.0.0.1', '[2001:db8::1]'],
  ...['evil-localhost.com', 'x.localdomain', '100.64.0.1'],
])('a request to %s needs TLS', (host) => {
  expect(isPrivateHost(host)).toBe(false)
})
