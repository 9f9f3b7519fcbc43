import { trimBlanks } from './blanks.ts'

/**
 * Finds a choice whatever its letter case, blanks and hyphens: `code 128` is Code128. The prefix of
 * Apple's constants may be there or not: `PKTransitTypeAir` is `air`.
 */
export function findChoice(
  given: string,
  choices: readonly string[],
  prefix = '',
): string | undefined {
  const folded = foldChoice(given)
  return choices.find((choice) => {
    const name = foldChoice(choice)
    return name === folded || (prefix !== '' && foldChoice(prefix) + name === folded)
  })
}

function foldChoice(choice: string): string {
  return trimBlanks(choice)
    .toLowerCase()
    .replace(/[\s_-]/g, '')
}
