type Rgb = [number, number, number]

/** The three colors of a card, each `#rrggbb`. */
export interface CardColors {
  background: string
  foreground: string
  label: string
}

interface Said {
  backgroundColor: string
  foregroundColor: string
  labelColor: string
}

const WHITE: Rgb = [255, 255, 255]
const NEAR_BLACK: Rgb = [28, 28, 30]

/** Reads the colors of a pass.json; those of a pass that is over lose most of their color. */
export function cardColors(said: Said, isFaded: boolean): CardColors {
  const given = parseRgb(said.backgroundColor) ?? NEAR_BLACK
  const background = isFaded ? mixed(given, grey(given), 0.75) : given
  const ink = (color: Rgb) => toHex(isFaded ? mixed(grey(color), background, 0.4) : color)
  const foreground = parseRgb(said.foregroundColor) ?? WHITE
  return {
    background: toHex(background),
    foreground: ink(foreground),
    label: ink(parseRgb(said.labelColor) ?? foreground),
  }
}

function parseRgb(text: string): Rgb | undefined {
  const match = /^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/.exec(text)
  if (!match) return undefined
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((digits) => Math.min(255, +digits))
  return [red, green, blue]
}

function grey([red, green, blue]: Rgb): Rgb {
  const light = 0.3 * red + 0.59 * green + 0.11 * blue
  return [light, light, light]
}

function mixed(one: Rgb, other: Rgb, share: number): Rgb {
  const channel = (at: 0 | 1 | 2) => one[at] + (other[at] - one[at]) * share
  return [channel(0), channel(1), channel(2)]
}

function toHex(color: Rgb): string {
  return `#${color.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`
}
