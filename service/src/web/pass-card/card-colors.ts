import { computeContrastRatio } from '../../apple/colors.ts'

type Rgb = [number, number, number]

/** The three colors of a card, each `#rrggbb`. */
export interface CardColors {
  background: string
  foreground: string
  label: string
}

/** The colors of a pass.json, each `rgb(…)` or empty. */
interface PassJsonColors {
  backgroundColor: string
  foregroundColor: string
  labelColor: string
}

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]
const NEAR_BLACK: Rgb = [28, 28, 30]

/** Converts the colors of a pass.json; a faded card loses most of its color. */
export function toCardColors(colors: PassJsonColors, isFaded: boolean): CardColors {
  const original = parseRgb(colors.backgroundColor) ?? NEAR_BLACK
  const background = isFaded ? mix(original, toGray(original), 0.75) : original
  const toTextColor = (color: Rgb) => toHex(isFaded ? fadeText(color, background) : color)
  const foreground = parseRgb(colors.foregroundColor) ?? WHITE
  return {
    background: toHex(background),
    foreground: toTextColor(foreground),
    label: toTextColor(parseRgb(colors.labelColor) ?? foreground),
  }
}

/** The class of a card with these colors. */
export function nameColorClass({ background, foreground, label }: CardColors): string {
  return `pc${[background, foreground, label].join('').replaceAll('#', '-')}`
}

/** The style sheet of that class. */
export function renderColorCss(colors: CardColors): string {
  const { background, foreground, label } = colors
  return `.${nameColorClass(colors)}{--pc-background:${background};--pc-foreground:${foreground};--pc-label:${label}}`
}

/** The least contrast of text that must stay readable (WCAG 2.2, 1.4.3). */
const MIN_CONTRAST_RATIO = 4.5

/** Fades a text color as far as it stays readable; black or white where it was not. */
function fadeText(color: Rgb, background: Rgb): Rgb {
  const gray = toGray(color)
  const isReadable = (text: Rgb) => computeContrastRatio(text, background) >= MIN_CONTRAST_RATIO
  const faded = [0.4, 0.3, 0.2, 0.1, 0].map((share) => mix(gray, background, share))
  return [...faded, WHITE, BLACK].find(isReadable) ?? BLACK
}

function parseRgb(text: string): Rgb | undefined {
  const match = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text)
  if (!match) return undefined
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((digits) => Math.min(255, +digits))
  return [red, green, blue]
}

function toGray([red, green, blue]: Rgb): Rgb {
  const luma = 0.3 * red + 0.59 * green + 0.11 * blue
  return [luma, luma, luma]
}

/** Mixes two colors: `share` 0 is the first, 1 the second. */
function mix(first: Rgb, second: Rgb, share: number): Rgb {
  const mixChannel = (at: 0 | 1 | 2) => first[at] + (second[at] - first[at]) * share
  return [mixChannel(0), mixChannel(1), mixChannel(2)]
}

function toHex(color: Rgb): string {
  return `#${color.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`
}
