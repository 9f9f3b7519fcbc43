/** Removes the blanks, line ends and characters without width that come along when a key is pasted. */
export function cleanApiKey(pasted: string | undefined): string {
  return (pasted ?? '').replace(/[\s\u200b-\u200f\u2060\ufeff]/g, '')
}

/** Whether a header can hold the key: letters of other alphabets show that something else was pasted. */
export function isSendable(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key)
}
