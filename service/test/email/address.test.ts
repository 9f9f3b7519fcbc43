import { describe, expect, it } from 'vitest'
import { normalizeAddress, toMailbox } from '../../src/email/address.ts'

describe('two addresses', () => {
  it.each([
    ['Ada@Example.com', 'ada@example.com'],
    ['ÄDA@BÜCHER.example', 'äda@xn--bcher-kva.example'],
    // Host names are the same whichever of these letters they are written with.
    ['ada@\u212aiosk.example', 'ada@kiosk.example'],
  ])('are compared as one: %s and %s', (one, other) => {
    expect(normalizeAddress(one)).toBe(normalizeAddress(other))
  })

  it.each([
    ['KELVIN SIGN', '\u212aate@example.com', 'kate@example.com'],
    ['LONG S', 'jo\u017fe@example.com', 'jose@example.com'],
    ['I WITH DOT', '\u0130da@example.com', 'ida@example.com'],
    ['I WITH DOT, decomposed', '\u0130da@example.com', 'i\u0307da@example.com'],
    ['ANGSTROM SIGN', '\u212bsa@example.com', 'åsa@example.com'],
  ])('are two mailboxes, although a letter only looks different: %s', (_, one, other) => {
    expect(normalizeAddress(one)).not.toBe(normalizeAddress(other))
    expect(toMailbox(one)).not.toBe(toMailbox(other))
  })

  it.each([
    ['ada+1@example.com', 'ada@example.com'],
    ['Ada+news+2027@Example.com', 'ada@example.com'],
    ['+ada@example.com', '+ada@example.com'],
  ])('count as the same mailbox: %s and %s', (one, mailbox) => {
    expect(toMailbox(one)).toBe(mailbox)
  })
})
