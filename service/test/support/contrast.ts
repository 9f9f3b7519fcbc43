import assert from 'node:assert/strict'

/**
 * Contrast ratio of two colors written as pass.json writes them, `rgb(30, 64, 175)`: 1 to 21.
 * Reckoned anew from WCAG 2.2, so that it can judge the service's own reckoning.
 * https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function contrastOf(one: unknown, other: unknown): number {
  const lighter = Math.max(luminanceOf(one), luminanceOf(other))
  const darker = Math.min(luminanceOf(one), luminanceOf(other))
  return (lighter + 0.05) / (darker + 0.05)
}

/** `#14a` or `#1144AA` as pass.json writes it: `rgb(17, 68, 170)`. */
export function rgbOf(hex: string): string {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((one) => one + one) : hex.match(/\w\w/g)
  return `rgb(${digits?.map((pair) => Number(`0x${pair}`)).join(', ')})`
}

function luminanceOf(color: unknown): number {
  const found = /^rgb\((\d{1,3}), (\d{1,3}), (\d{1,3})\)$/.exec(String(color)) ?? []
  const channels = found.slice(1).map(Number)
  assert(
    channels.length === 3 && channels.every((value) => value <= 255),
    `${color} is not a color that Wallet reads`,
  )
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value > 10 ? ((value / 255 + 0.055) / 1.055) ** 2.4 : value / 255 / 12.92,
  )
  return red * 0.2126 + green * 0.7152 + blue * 0.0722
}
