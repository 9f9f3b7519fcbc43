import { describe, expect, it } from 'vitest'
import { drawRandomBytes } from '../src/random.ts'

describe('random bytes', () => {
  it('are drawn once each, and stay what they were when others are drawn', () => {
    const drawn = Array.from({ length: 2_000 }, () => drawRandomBytes(24))
    const texts = drawn.map((bytes) => bytes.toString('hex'))
    expect(new Set(texts).size).toBe(2_000)
    expect(drawn.map((bytes) => bytes.toString('hex'))).toEqual(texts)
    const ones = drawn.flatMap((bytes) => [...bytes]).filter((byte) => byte >= 128).length
    // Half of 48,000, and eleven standard deviations to each side.
    expect(Math.abs(ones - 24_000)).toBeLessThan(1_200)
  })

  it('are not given out in part when more are asked for than the pool has', () => {
    expect(drawRandomBytes(4_096)).toHaveLength(4_096)
    expect(() => drawRandomBytes(4_097)).toThrow(RangeError)
  })
})
