import { describe, expect, it } from 'vitest'
import { createTimedToken, createTimedUuid } from '../../src/db/ids.ts'

describe('a UUID that begins with the time', () => {
  it('is one of version 7, as RFC 9562 defines it', () => {
    // The time of the example in its appendix A.6.
    const uuid = createTimedUuid(new Date('2022-02-22T19:22:22.000Z'))
    expect(uuid).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('comes after those of earlier milliseconds, and is never the same', () => {
    const instants = Array.from({ length: 1_000 }, (_, n) => new Date(1_900_000_000_000 + n))
    const uuids = instants.map(createTimedUuid)
    expect(uuids.toSorted()).toEqual(uuids)
    const [now = new Date()] = instants
    expect(new Set(instants.map(() => createTimedUuid(now))).size).toBe(1_000)
  })
})

describe('createTimedToken', () => {
  it('begins with the time, and is never the same', () => {
    const now = new Date('2022-02-22T19:22:22.000Z')
    const tokens = Array.from({ length: 1_000 }, () => createTimedToken(now))
    for (const token of tokens) expect(token).toMatch(/^[\w-]{32}$/)
    // The first six of 24 bytes are eight characters.
    expect([...new Set(tokens.map((token) => token.slice(0, 8)))]).toEqual(['AX8i4nmw'])
    expect(new Set(tokens.map((token) => token.slice(8))).size).toBe(1_000)
  })
})
