import type { PassSpec } from '@passwright/shared/schema'

/** A text in the language of the pass, and in those that it is translated into. */
export interface LocalizedString {
  defaultValue: { language: string; value: string }
  translatedValues: { language: string; value: string }[]
}

/** Finds the translations of a text. */
export type Localize = (text: string) => LocalizedString

/** Creates the function that localizes the texts of a pass. */
export function createLocalize({
  locale = 'en',
  localizations = {},
}: Pick<PassSpec, 'locale' | 'localizations'>): Localize {
  const languages = Object.entries(localizations).filter(([language]) => language !== locale)
  // What the language of the pass itself is translated to is what its holder reads.
  const own = localizations[locale] ?? {}
  return (text) => ({
    defaultValue: { language: locale, value: own[text] ?? text },
    translatedValues: languages.flatMap(([language, strings]) => {
      const value = Object.hasOwn(strings, text) ? strings[text] : undefined
      return value === undefined ? [] : [{ language, value }]
    }),
  })
}
