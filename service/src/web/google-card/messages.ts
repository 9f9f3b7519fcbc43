import type { Locale } from '@passwright/shared/schema'

/** What Google Wallet adds to the texts of a pass. */
export const googleCardMessages: Record<Locale, { validUntil: string; link: string }> = {
  en: { validUntil: 'Valid until', link: 'Link' },
  de: { validUntil: 'Gültig bis', link: 'Link' },
}
