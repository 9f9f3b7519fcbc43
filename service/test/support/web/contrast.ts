import assert from 'node:assert/strict'

/**
 * Computes the contrast ratio (1 to 21) of two colors as pass.json has them, `rgb(30, 64, 175)`. A
 * second implementation from WCAG 2.2, to check the service's own.
 * https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function computeContrast(one: unknown, other: unknown): number {
  const lighter = Math.max(computeLuminance(one), computeLuminance(other))
  const darker = Math.min(computeLuminance(one), computeLuminance(other))
  return (lighter + 0.05) / (darker + 0.05)
}

/** Converts `#14a` or `#1144AA` to the form of pass.json, `rgb(17, 68, 170)`. */
export function toRgb(hex: string): string {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((one) => one + one) : hex.match(/\w\w/g)
  return `rgb(${digits?.map((pair) => Number(`0x${pair}`)).join(', ')})`
}

function computeLuminance(color: unknown): number {
  const match = /^rgb\((\d{1,3}), (\d{1,3}), (\d{1,3})\)$/.exec(String(color)) ?? []
  const channels = match.slice(1).map(Number)
  assert(
    channels.length === 3 && channels.every((value) => value <= 255),
    `${color} is not a color that Wallet accepts`,
  )
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value > 10 ? ((value / 255 + 0.055) / 1.055) ** 2.4 : value / 255 / 12.92,
  )
  return red * 0.2126 + green * 0.7152 + blue * 0.0722
}
