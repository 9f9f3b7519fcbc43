import { type ColorPreset, colorPresets } from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrastRatio, parseHexColor, resolveColors, toRgbColor } from '../../src/apple/colors.ts'
import { contrastOf, rgbOf } from '../support/contrast.ts'

const presets = Object.keys(colorPresets) as ColorPreset[]
const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)

/** The three colors as the phone gets them. */
const shown = (spec: Parameters<typeof resolveColors>[0]) => {
  const { background, foreground, label } = resolveColors(spec)
  return [background, foreground, label].map(toRgbColor)
}

describe('the colors of a pass', () => {
  it('come from seven presets, dark when none is chosen, no two alike', () => {
    expect(presets).toEqual(['dark', 'light', 'blue', 'green', 'red', 'purple', 'orange'])
    expect(resolveColors({})).toEqual(colorPresets.dark)
    expect(new Set(presets.map((preset) => colorPresets[preset].background)).size).toBe(7)
  })

  it.each(presets)('of the preset %s are readable, values and labels', (colorPreset) => {
    const [background, foreground, label] = shown({ colorPreset })
    expect(contrastOf(foreground, background)).toBeGreaterThanOrEqual(4.5)
    expect(contrastOf(label, background)).toBeGreaterThanOrEqual(4.5)
  })

  it('are readable on every background of one’s own', () => {
    const greys = Array.from(
      { length: 256 },
      (_, n) => `#${n.toString(16).padStart(2, '0').repeat(3)}`,
    )
    const readable = (color: string) => {
      const [background, foreground, label] = shown({ color, colorPreset: 'orange' })
      expect(background).toBe(rgbOf(color))
      expect(contrastOf(foreground, background), `values on ${color}`).toBeGreaterThanOrEqual(4.5)
      expect(contrastOf(label, background), `labels on ${color}`).toBeGreaterThanOrEqual(4.5)
    }
    for (const grey of greys) readable(grey)
    fc.assert(fc.property(hex, readable), { numRuns: 3000 })
  })

  it('that the caller chose are taken as they are, and only those', () => {
    fc.assert(
      fc.property(hex, hex, (foregroundColor, labelColor) => {
        const { background } = colorPresets.blue
        expect(shown({ colorPreset: 'blue', foregroundColor, labelColor })).toEqual(
          [background, foregroundColor, labelColor].map(rgbOf),
        )
        const { foreground, label } = colorPresets.blue
        expect(resolveColors({ colorPreset: 'blue', labelColor }).foreground).toBe(foreground)
        expect(resolveColors({ colorPreset: 'blue', foregroundColor }).label).toBe(label)
      }),
    )
  })

  it('may be written short and in any letter case', () => {
    expect(toRgbColor('#14a')).toBe('rgb(17, 68, 170)')
    expect(toRgbColor('#1144AA')).toBe('rgb(17, 68, 170)')
    expect(shown({ color: '#FFF' })[0]).toBe('rgb(255, 255, 255)')
  })
})

describe('contrast', () => {
  it('is reckoned as WCAG does: the same as a second reckoning, whichever color comes first', () => {
    expect(contrastRatio([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10)
    expect(contrastRatio(parseHexColor('#767676'), [255, 255, 255])).toBeGreaterThan(4.5)
    expect(contrastRatio(parseHexColor('#777777'), [255, 255, 255])).toBeLessThan(4.5)
    fc.assert(
      fc.property(hex, hex, (one, other) => {
        const expected = contrastOf(rgbOf(one), rgbOf(other))
        expect(contrastRatio(parseHexColor(one), parseHexColor(other))).toBeCloseTo(expected, 10)
        expect(contrastRatio(parseHexColor(other), parseHexColor(one))).toBeCloseTo(expected, 10)
      }),
    )
  })
})
