/** Long texts, such as terms on the back, are searched only at their beginning. */
const MAX_SEARCHED_LENGTH = 1_000

/** The words of a text as they are stored, each as often as it occurs. */
export function splitWords(text: string): string[] {
  return matchWords(fold(text.slice(0, MAX_SEARCHED_LENGTH))).map(shorten)
}

/** The words of a text as they are written in it. */
export function matchWords(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}

const MAX_WORD_LENGTH = 64

/** A word as it is stored. A character that is cut in two is replaced: databases store whole ones only. */
export function shorten(word: string): string {
  return word.slice(0, MAX_WORD_LENGTH).toWellFormed()
}

/** The same for every letter case, and for letters that are composed differently. */
export function fold(text: string): string {
  return foldPlainly(text).replaceAll('ß', 'ss').replaceAll('ς', 'σ')
}

/** Without the letters whose capitals are others: words of passes from before those were folded. */
export function foldPlainly(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
