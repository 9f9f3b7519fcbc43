import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { PreparedImage } from './prepare.ts'

/** The icon of every pass that brings none, at 1x, 2x and 3x; drawn by us in `assets/icon.svg`. */
export const defaultIcon: PreparedImage[] = [
  read(1, 'icon.png'),
  read(2, 'icon@2x.png'),
  read(3, 'icon@3x.png'),
]

function read(scale: PreparedImage['scale'], file: string): PreparedImage {
  const png = readFileSync(new URL(`assets/${file}`, import.meta.url))
  return { scale, hash: createHash('sha256').update(png).digest('hex'), png }
}
