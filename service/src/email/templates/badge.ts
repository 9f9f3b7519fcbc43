import { readFileSync } from 'node:fs'
import type { Locale } from '@passwright/shared/schema'

/** An "Add to Apple Wallet" badge: a PNG for emails, an SVG document for pages. */
export interface Badge {
  png: Uint8Array
  svg: string
  /** The size in CSS pixels at which it is shown; the PNG has more pixels. */
  width: number
  height: number
  alt: string
}

/** The height at which every badge is shown, in CSS pixels. */
export const BADGE_HEIGHT = 48

/** The text alternative, which says the same as the badge. */
export const badgeAlts: Record<Locale, string> = {
  en: 'Add to Apple Wallet',
  de: 'Zu Apple Wallet hinzufügen',
}

/** The text of a link to Google Wallet, which is also the text alternative of Google's button. */
export const googleBadgeAlts: Record<Locale, string> = {
  en: 'Add to Google Wallet',
  de: 'Zu Google Wallet hinzufügen',
}

/**
 * Our own drawing, because we may not redistribute Apple's artwork. `assets/badge-*.svg` is the
 * source, its text converted to outlines of Inter (SIL Open Font License 1.1); the PNG is exported
 * from it at 3x.
 */
export const badges: Record<Locale, Badge> = {
  en: readBuiltInBadge('en', 224),
  de: readBuiltInBadge('de', 285),
}

function readBuiltInBadge(locale: Locale, width: number): Badge {
  const getUrl = (extension: string) =>
    new URL(`assets/badge-${locale}.${extension}`, import.meta.url)
  return {
    png: readFileSync(getUrl('png')),
    svg: readFileSync(getUrl('svg'), 'utf8'),
    width,
    height: BADGE_HEIGHT,
    alt: badgeAlts[locale],
  }
}
