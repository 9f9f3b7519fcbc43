import type { Locale } from '@passwright/shared/schema'
import { copied, fullLink, heading, paragraph, smallPrint } from '../email/templates/blocks.ts'
import { type Letter, letter } from '../email/templates/content.ts'
import { type LetterWords, phrase } from '../email/templates/messages.ts'
import type { Stationery } from '../email/templates/theme.ts'
import { sampleCall } from '../text/curl-example.ts'

/** What the letter with a new key is about. */
export interface KeyLetterFacts {
  locale: Locale
  key: string
  publicUrl: string
  /** Passes a month; null without a limit. */
  limit: number | null
}

/** The mail that brings a key somebody asked for. */
export function keyLetter(facts: KeyLetterFacts, stationery: Stationery): Letter {
  const { locale, key, publicUrl, limit } = facts
  const words = stationery.words[locale]
  const values = { publicUrl, limit: (limit ?? 0).toLocaleString(locale) }
  const say = (word: keyof LetterWords) => phrase(words[word], values)
  return letter({
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
      copied(sampleCall(publicUrl, key)),
      fullLink(say('keyMore'), publicUrl),
    ],
    footer: [smallPrint(say('keyWhy'))],
    pictures: [],
  })
}

/** The mail to an address that has a key already; it says how to have that key replaced. */
export function knownKeyLetter(
  { locale, publicUrl }: Pick<KeyLetterFacts, 'locale' | 'publicUrl'>,
  stationery: Stationery,
): Letter {
  const words = stationery.words[locale]
  const say = (word: keyof LetterWords) => phrase(words[word], { publicUrl })
  return letter({
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
    pictures: [],
  })
}
