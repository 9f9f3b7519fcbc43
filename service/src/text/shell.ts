/** Quotes a word for a shell, such as a path with blanks; a word that needs no quotes stays as it is. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
