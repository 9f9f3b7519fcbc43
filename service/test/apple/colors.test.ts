import { type ColorPreset, colorPresets } from '@passwright/shared/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  computeContrastRatio,
  parseHexColor,
  resolveColors,
  toRgbColor,
} from '../../src/apple/colors.ts'
import { computeContrast, toRgb } from '../support/web/contrast.ts'

const presets = Object.keys(colorPresets) as ColorPreset[]
const hex = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)

/** The three colors as in pass.json. */
const resolveRgb = (spec: Parameters<typeof resolveColors>[0]) => {
  const { background, foreground, label } = resolveColors(spec)
  return [background, foreground, label].map(toRgbColor)
}

describe('the colors of a pass', () => {
  it('come from seven different presets, dark by default', () => {
    expect(presets).toEqual(['dark', 'light', 'blue', 'green', 'red', 'purple', 'orange'])
    expect(resolveColors({})).toEqual(colorPresets.dark)
    expect(new Set(presets.map((preset) => colorPresets[preset].background)).size).toBe(7)
  })

  it.each(presets)('of the preset %s are readable, values and labels', (colorPreset) => {
    const [background, foreground, label] = resolveRgb({ colorPreset })
    expect(computeContrast(foreground, background)).toBeGreaterThanOrEqual(4.5)
    expect(computeContrast(label, background)).toBeGreaterThanOrEqual(4.5)
  })

  it('are readable on any custom background', () => {
    const greys = Array.from(
      { length: 256 },
      (_, n) => `#${n.toString(16).padStart(2, '0').repeat(3)}`,
    )
    const assertReadable = (color: string) => {
      const [background, foreground, label] = resolveRgb({ color, colorPreset: 'orange' })
      expect(background).toBe(toRgb(color))
      expect(computeContrast(foreground, background), `values on ${color}`).toBeGreaterThanOrEqual(
        4.5,
      )
      expect(computeContrast(label, background), `labels on ${color}`).toBeGreaterThanOrEqual(4.5)
    }
    for (const grey of greys) assertReadable(grey)
    fc.assert(fc.property(hex, assertReadable), { numRuns: 3000 })
  })

  it('of the request replace those of the preset, and no others', () => {
    fc.assert(
      fc.property(hex, hex, (foregroundColor, labelColor) => {
        const { background } = colorPresets.blue
        expect(resolveRgb({ colorPreset: 'blue', foregroundColor, labelColor })).toEqual(
          [background, foregroundColor, labelColor].map(toRgb),
        )
        const { foreground, label } = colorPresets.blue
        expect(resolveColors({ colorPreset: 'blue', labelColor }).foreground).toBe(foreground)
        expect(resolveColors({ colorPreset: 'blue', foregroundColor }).label).toBe(label)
      }),
    )
  })

  it('can be written with three digits and in any letter case', () => {
    expect(toRgbColor('#14a')).toBe('rgb(17, 68, 170)')
    expect(toRgbColor('#1144AA')).toBe('rgb(17, 68, 170)')
    expect(resolveRgb({ color: '#FFF' })[0]).toBe('rgb(255, 255, 255)')
  })
})

describe('the contrast ratio', () => {
  it('is that of WCAG and of a second implementation, in either order of the colors', () => {
    expect(computeContrastRatio([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10)
    expect(computeContrastRatio(parseHexColor('#767676'), [255, 255, 255])).toBeGreaterThan(4.5)
    expect(computeContrastRatio(parseHexColor('#777777'), [255, 255, 255])).toBeLessThan(4.5)
    fc.assert(
      fc.property(hex, hex, (one, other) => {
        const expected = computeContrast(toRgb(one), toRgb(other))
        expect(computeContrastRatio(parseHexColor(one), parseHexColor(other))).toBeCloseTo(
          expected,
          10,
        )
        expect(computeContrastRatio(parseHexColor(other), parseHexColor(one))).toBeCloseTo(
          expected,
          10,
        )
      }),
    )
  })
})
