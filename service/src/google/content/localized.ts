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
    defaultValue: { language: locale, value: findTranslation(own, text) ?? text },
    translatedValues: languages.flatMap(([language, strings]) => {
      const value = findTranslation(strings, text)
      return value === undefined ? [] : [{ language, value }]
    }),
  })
}

/** A text may be the name of something that every object has, such as `constructor`. */
function findTranslation(strings: Record<string, string>, text: string): string | undefined {
  return Object.hasOwn(strings, text) ? strings[text] : undefined
}
