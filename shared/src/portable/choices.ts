import { trimBlanks } from './blanks.ts'

/** Finds a choice whatever its letter case, blanks and hyphens: `code 128` is Code128. */
export function findChoice(given: string, choices: readonly string[]): string | undefined {
  const folded = foldChoice(given)
  return choices.find((choice) => foldChoice(choice) === folded)
}

function foldChoice(choice: string): string {
  return trimBlanks(choice)
    .toLowerCase()
    .replace(/[\s_-]/g, '')
}
