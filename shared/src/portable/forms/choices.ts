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

/** Labels of choices whose value does not read well in title case. */
const labels: Record<string, string> = {
  QR: 'QR Code',
  Code128: 'Code 128',
  en: 'English',
  de: 'German',
}

/** What a form calls a choice: `eventTicket` becomes "Event Ticket". */
export function toChoiceLabel(choice: string): string {
  const label = labels[choice]
  if (label !== undefined) return label
  const words = choice.replace(/([a-z])([A-Z])/g, '$1 $2')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
