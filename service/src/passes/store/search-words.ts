import { fieldGroups } from '@passwright/shared/schema'
import { normalizeAddress } from '../../email/address.ts'
import type { PassRecord } from './pass.ts'

/** Enough to find a pass by, and few enough to store: the front comes first. */
const MAX_WORDS = 48
const MAX_WORD_LENGTH = 64

/** The words of its title, own id and field values that a pass is found by, without repeats. */
export function toSearchWords({
  spec,
  externalId,
}: Pick<PassRecord, 'spec' | 'externalId'>): ReadonlySet<string> {
  const fields = fieldGroups.flatMap((group) => spec[group] ?? [])
  const texts = [spec.title, externalId, spec.logoText, spec.value]
  const words = new Set<string>()
  for (const text of [...texts, ...fields.map(({ value }) => String(value))]) {
    for (const word of splitWords(text ?? '')) {
      if (words.size >= MAX_WORDS) return words
      words.add(word)
    }
  }
  return words
}

/** An email address is found as a whole; no word of a text holds an `@`. */
export function toAddressWord(address: string): string {
  return shorten(normalizeAddress(address))
}

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

/** Long texts, such as terms on the back, are searched only at their beginning. */
const MAX_SEARCHED_LENGTH = 1_000

/** The words of a text as they are stored, each as often as it occurs. */
export function splitWords(text: string): string[] {
  return matchWords(fold(text.slice(0, MAX_SEARCHED_LENGTH))).map(shorten)
}

function matchWords(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}

/** A character that is cut in two is replaced: databases store whole ones only. */
function shorten(word: string): string {
  return word.slice(0, MAX_WORD_LENGTH).toWellFormed()
}

/** The same for every letter case, and for letters that are composed differently. */
function fold(text: string): string {
  return foldPlainly(text).replaceAll('ß', 'ss').replaceAll('ς', 'σ')
}

/** Without the letters whose capitals are others: words of passes from before those were folded. */
function foldPlainly(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
