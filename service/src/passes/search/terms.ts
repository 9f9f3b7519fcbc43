import { fold, foldPlainly, matchWords, shorten, splitWords } from './words.ts'

/**
 * One term of a search, as the sets of beginnings that find it: the words of `M-1042` both begin a
 * word of the pass, or an email address begins with it.
 */
export type SearchTerm = readonly (readonly string[])[]

/** More terms than anybody types; each costs an index lookup. */
const MAX_TERMS = 8

/** Splits what was typed at its spaces. */
export function parseSearch(text: string): SearchTerm[] {
  const terms = text.split(/\s+/u).filter((term) => term !== '')
  return terms.slice(0, MAX_TERMS).map((term) => {
    const words = [...splitWords(term)]
    const whole = shorten(fold(term))
    const alternatives = words.length === 1 && words[0] === whole ? [words] : [words, [whole]]
    const plain = foldPlainly(term)
    const older = plain === fold(term) ? [] : [matchWords(plain).map(shorten)]
    return [...alternatives, ...older].filter(({ length }) => length > 0)
  })
}
