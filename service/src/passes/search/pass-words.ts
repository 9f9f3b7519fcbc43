import { fieldGroups, type PassSpec } from '@passwright/shared/schema'
import { normalizeAddress } from '../../email/address.ts'
import { shorten, splitWords } from './words.ts'

/** A pass as far as it is searched. */
export interface SearchedPass {
  keyId: string
  serialNumber: string
  externalId: string | null
  spec: PassSpec
}

/** Enough to find a pass by, and few enough to store: the front comes first. */
const MAX_WORDS = 48

/** The words of its title, own id and field values that a pass is found by, without repeats. */
export function toSearchWords({
  spec,
  externalId,
}: Pick<SearchedPass, 'spec' | 'externalId'>): ReadonlySet<string> {
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
