import { readFileSync } from 'node:fs'
import type { Locale } from '@passwright/shared/schema'

/** An "Add to Apple Wallet" badge: a PNG for mails, an SVG document for pages. */
export interface Badge {
  png: Uint8Array
  svg: string
  /** CSS pixels that it is shown at; the PNG has more. */
  width: number
  height: number
  alt: string
}

/** How high every badge is shown, in CSS pixels. */
export const BADGE_HEIGHT = 48

/** The same words for who cannot see the badge. */
export const badgeAlts: Record<Locale, string> = {
  en: 'Add to Apple Wallet',
  de: 'Zu Apple Wallet hinzufügen',
}

/**
 * Drawn by us, because Apple's artwork is not ours to ship. `assets/badge-*.svg` is the source, its
 * words are outlines of Inter (SIL Open Font License 1.1); the PNG is made from it at 3x.
 */
export const badges: Record<Locale, Badge> = {
  en: read('en', 224),
  de: read('de', 285),
}

function read(locale: Locale, width: number): Badge {
  const file = (ending: string) => new URL(`assets/badge-${locale}.${ending}`, import.meta.url)
  return {
    png: readFileSync(file('png')),
    svg: readFileSync(file('svg'), 'utf8'),
    width,
    height: BADGE_HEIGHT,
    alt: badgeAlts[locale],
  }
}
