/** Removes from a pasted API key all that no key has: blanks, line ends, and characters that cannot be seen. */
export function cleanApiKey(input: unknown): string {
  return String(input ?? '').replace(/[^\x21-\x7e]/g, '')
}
