import type { Locale } from '@passwright/shared/schema'
import { copied, fullLink, heading, paragraph, smallPrint } from '../email/templates/blocks.ts'
import { buildEmailContent, type EmailContent } from '../email/templates/content.ts'
import { type EmailMessages, fillMessage } from '../email/templates/messages.ts'
import type { EmailTheme } from '../email/templates/theme.ts'
import { buildCurlExample } from '../text/curl-example.ts'

/** What the letter with a new key is about. */
export interface KeyEmailData {
  locale: Locale
  key: string
  publicUrl: string
  /** Passes a month; null without a limit. */
  limit: number | null
}

/** The mail that brings a key somebody asked for. */
export function buildKeyEmail(facts: KeyEmailData, stationery: EmailTheme): EmailContent {
  const { locale, key, publicUrl, limit } = facts
  const words = stationery.messages[locale]
  const values = { publicUrl, limit: (limit ?? 0).toLocaleString(locale) }
  const say = (word: keyof EmailMessages) => fillMessage(words[word], values)
  return buildEmailContent({
    locale,
    subject: say('keySubject').text,
    preheader: say('keyIntro').text,
    blocks: [
      heading(say('keySubject')),
      paragraph(say('greetingWithoutName')),
      paragraph(say('keyIntro')),
      copied(key),
      paragraph(say('keyCare')),
      paragraph(say(limit === null ? 'keyUnlimited' : 'keyLimit')),
      paragraph(say('keyTry')),
      copied(buildCurlExample(publicUrl, key)),
      fullLink(say('keyMore'), publicUrl),
    ],
    footer: [smallPrint(say('keyWhy'))],
    images: [],
  })
}

/** The mail to an address that has a key already; it says how to have that key replaced. */
export function buildExistingKeyEmail(
  { locale, publicUrl }: Pick<KeyEmailData, 'locale' | 'publicUrl'>,
  stationery: EmailTheme,
): EmailContent {
  const words = stationery.messages[locale]
  const say = (word: keyof EmailMessages) => fillMessage(words[word], { publicUrl })
  return buildEmailContent({
    locale,
    subject: say('knownSubject').text,
    preheader: say('knownIntro').text,
    blocks: [
      heading(say('knownSubject')),
      paragraph(say('greetingWithoutName')),
      paragraph(say('knownIntro')),
      paragraph(say('knownLost')),
    ],
    footer: [smallPrint(say('knownWhy'))],
    images: [],
  })
}
