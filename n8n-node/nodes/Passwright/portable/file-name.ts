// A copy of shared/src/portable/file-name.ts, made by "npm run sync": change it there.

/** A name for the file of a pass, made of what the pass calls itself. */
export function passFileName(title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => spelled[letter] ?? '')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return `${slug || 'pass'}.pkpass`
}

/** Letters of Latin alphabets that are more than a base with a mark. */
const spelled: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}
