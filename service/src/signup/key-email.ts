import type { Locale } from '@passwright/shared/schema'
import {
  renderCode,
  renderFullLink,
  renderHeading,
  renderParagraph,
  renderSmallPrint,
} from '../email/templates/blocks.ts'
import { buildEmailContent, type EmailContent } from '../email/templates/content.ts'
import { fillMessage, type MessageKey } from '../email/templates/messages.ts'
import type { EmailTheme } from '../email/templates/theme.ts'
import { buildCurlExample } from '../text/curl-example.ts'

/** What the email with a new key is rendered from. */
export interface KeyEmailData {
  locale: Locale
  key: string
  publicUrl: string
  /** Passes a month; null without a limit. */
  limit: number | null
}

/** Builds the email that delivers a requested key. */
export function buildKeyEmail(data: KeyEmailData, theme: EmailTheme): EmailContent {
  const { locale, key, publicUrl, limit } = data
  const messages = theme.messages[locale]
  const values = { publicUrl, limit: (limit ?? 0).toLocaleString(locale) }
  const fill = (messageKey: MessageKey) => fillMessage(messages[messageKey], values)
  return buildEmailContent({
    locale,
    subject: fill('keySubject').text,
    preheader: fill('keyIntro').text,
    blocks: [
      renderHeading(fill('keySubject')),
      renderParagraph(fill('greetingWithoutName')),
      renderParagraph(fill('keyIntro')),
      renderCode(key),
      renderParagraph(fill('keyCare')),
      renderParagraph(fill(limit === null ? 'keyUnlimited' : 'keyLimit')),
      renderParagraph(fill('keyTry')),
      renderCode(buildCurlExample(publicUrl, key)),
      renderFullLink(fill('keyMore'), publicUrl),
    ],
    footer: [renderSmallPrint(fill('keyWhy'))],
    images: [],
  })
}

/** Builds the email to an address that already has a key; it explains how to have the key replaced. */
export function buildExistingKeyEmail(
  { locale, publicUrl }: Pick<KeyEmailData, 'locale' | 'publicUrl'>,
  theme: EmailTheme,
): EmailContent {
  const messages = theme.messages[locale]
  const fill = (key: MessageKey) => fillMessage(messages[key], { publicUrl })
  return buildEmailContent({
    locale,
    subject: fill('knownSubject').text,
    preheader: fill('knownIntro').text,
    blocks: [
      renderHeading(fill('knownSubject')),
      renderParagraph(fill('greetingWithoutName')),
      renderParagraph(fill('knownIntro')),
      renderParagraph(fill('knownLost')),
    ],
    footer: [renderSmallPrint(fill('knownWhy'))],
    images: [],
  })
}
