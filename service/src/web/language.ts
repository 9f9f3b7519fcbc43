import { type Locale, locales } from '@passwright/shared/schema'

/**
 * The language of ours that an `Accept-Language` wants most; undefined when it wants none of them,
 * or any as much (RFC 9110, 12.5.4). A region counts as its language.
 */
export function negotiateLocale(acceptLanguage: string | undefined): Locale | undefined {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map(readWish)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .find(({ language }) => language === '*' || isOurs(language))
  return locales.find((locale) => locale === wanted?.language)
}

function isOurs(language: string): boolean {
  return locales.some((locale) => locale === language)
}

function readWish(wish: string): { language: string; quality: number } {
  const [range = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = weight === undefined ? 1 : Number(weight.slice('q='.length))
  return { language: range.split('-')[0] ?? '', quality: quality <= 1 ? quality : 0 }
}
