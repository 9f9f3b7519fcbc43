import { colorPresets, type PassColors, type PassSpec } from '@passwright/shared/schema'

type Rgb = readonly [number, number, number]

const WHITE: Rgb = [255, 255, 255]
const NEAR_BLACK: Rgb = [28, 28, 30]
const BLACK: Rgb = [0, 0, 0]

/** The minimum contrast of text (WCAG 2.2, 1.4.3). */
const MIN_CONTRAST_RATIO = 4.5

/** The three colors of a pass: those in the spec, else readable ones for its `color`, else the preset's. */
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

/** Text colors for a background: white or near black, with softer labels, all of them readable. */
export function pickReadableColors(background: Rgb): PassColors {
  const foreground = [WHITE, NEAR_BLACK, BLACK].find(
    (color) => computeContrastRatio(color, background) >= MIN_CONTRAST_RATIO,
  )
  const text = foreground ?? BLACK
  return {
    background: toHex(background),
    foreground: toHex(text),
    label: toHex(soften(text, background)),
  }
}

/** `#1e40af` or `#14a` → `rgb(30, 64, 175)`, the form in pass.json. */
export function toRgbColor(hex: string): string {
  return `rgb(${parseHexColor(hex).join(', ')})`
}

/** The contrast ratio of two colors, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function computeContrastRatio(one: Rgb, other: Rgb): number {
  const [light, dark] = [computeLuminance(one), computeLuminance(other)].sort((a, b) => b - a) as [
    number,
    number,
  ]
  return (light + 0.05) / (dark + 0.05)
}

/** Parses `#rgb` or `#rrggbb`. */
export function parseHexColor(hex: string): Rgb {
  const digits = hex.slice(1)
  const long = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits
  const parseChannel = (at: number) => Number.parseInt(long.slice(at, at + 2), 16)
  return [parseChannel(0), parseChannel(2), parseChannel(4)]
}

/** Mixes a text color with up to 30 % of its background, as far as it stays readable. */
function soften(text: Rgb, background: Rgb): Rgb {
  for (let share = 0.3; share > 0; share -= 0.05) {
    const mixed = text.map((value, channel) =>
      Math.round(value + ((background[channel] ?? 0) - value) * share),
    ) as [number, number, number]
    if (computeContrastRatio(mixed, background) >= MIN_CONTRAST_RATIO) return mixed
  }
  return text
}

function computeLuminance(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toHex(color: Rgb): string {
  return `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
