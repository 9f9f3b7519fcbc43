import { colorPresets, type PassColors, type PassSpec } from '@passwright/shared/schema'

type Rgb = readonly [number, number, number]

const WHITE: Rgb = [255, 255, 255]
const NEAR_BLACK: Rgb = [28, 28, 30]
const BLACK: Rgb = [0, 0, 0]

/** The least contrast of texts (WCAG 2.2, 1.4.3). */
const LEAST_CONTRAST = 4.5

/** The three colors of a pass: the caller's own, else from contrast, else the preset's. */
export function resolveColors(spec: PassSpec): PassColors {
  const chosen = spec.color
    ? pickReadableColors(parseHexColor(spec.color))
    : colorPresets[spec.colorPreset ?? 'dark']
  return {
    background: chosen.background,
    foreground: spec.foregroundColor ?? chosen.foreground,
    label: spec.labelColor ?? chosen.label,
  }
}

/** Texts for a background: white or near black, labels a little softer, each readable. */
export function pickReadableColors(background: Rgb): PassColors {
  const foreground = [WHITE, NEAR_BLACK, BLACK].find(
    (color) => contrastRatio(color, background) >= LEAST_CONTRAST,
  )
  const text = foreground ?? BLACK
  return {
    background: toHex(background),
    foreground: toHex(text),
    label: toHex(soften(text, background)),
  }
}

/** `#1e40af` or `#14a` → `rgb(30, 64, 175)`, the form that pass.json wants. */
export function toRgbColor(hex: string): string {
  return `rgb(${parseHexColor(hex).join(', ')})`
}

/** Contrast ratio of two colors, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastRatio(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Reads `#rgb` or `#rrggbb`. */
export function parseHexColor(hex: string): Rgb {
  const digits = hex.slice(1)
  const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits
  const channel = (at: number) => Number.parseInt(long.slice(at, at + 2), 16)
  return [channel(0), channel(2), channel(4)]
}

/** Moves a text's color towards its background as far as it stays readable, at most 30 %. */
function soften(text: Rgb, background: Rgb): Rgb {
  for (let share = 0.3; share > 0; share -= 0.05) {
    const mixed = text.map((value, channel) =>
      Math.round(value + ((background[channel] ?? 0) - value) * share),
    ) as [number, number, number]
    if (contrastRatio(mixed, background) >= LEAST_CONTRAST) return mixed
  }
  return text
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toHex(color: Rgb): string {
  return `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
