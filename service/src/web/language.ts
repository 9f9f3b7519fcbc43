import { type Locale, locales } from '@passwright/shared/schema'

/**
 * Returns the supported language that an `Accept-Language` header prefers (RFC 9110, 12.5.4);
 * undefined when it prefers another language, or any (`*`). A region counts as its language.
 */
export function negotiateLocale(acceptLanguage: string | undefined): Locale | undefined {
  const preferred = (acceptLanguage ?? '')
    .split(',')
    .map(parseLanguageRange)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .find(({ language }) => language === '*' || isSupported(language))
  return locales.find((locale) => locale === preferred?.language)
}

function isSupported(language: string): boolean {
  return locales.some((locale) => locale === language)
}

function parseLanguageRange(text: string): { language: string; quality: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = weight === undefined ? 1 : Number(weight.slice('q='.length))
  return { language: range.split('-')[0] ?? '', quality: quality <= 1 ? quality : 0 }
}
