import { readFileSync } from 'node:fs'

/** The icon of a pass without one of its own, as PNGs at 1x, 2x and 3x. Drawn in `assets/icon.svg`. */
export const defaultIcon: readonly Uint8Array[] = ['icon.png', 'icon@2x.png', 'icon@3x.png'].map(
  (file) => readFileSync(new URL(`assets/${file}`, import.meta.url)),
)
