/** The oldest service that has everything this app asks of it. */
export const oldestService = '0.1.0'

/** A checkout that was never released calls itself so; it has what this checkout has. */
const unreleased = '0.0.0'

/** Whether a service of this version has everything; one that tells no version has not. */
export function isNewEnough(version: string): boolean {
  if (version === unreleased) return true
  const mine = numbersOf(oldestService)
  const theirs = numbersOf(version)
  if (theirs.length < mine.length || theirs.some(Number.isNaN)) return false
  const decisive = mine.findIndex((number, place) => number !== theirs[place])
  return decisive === -1 || (theirs[decisive] ?? 0) > (mine[decisive] ?? 0)
}

function numbersOf(version: string): number[] {
  return version
    .replace(/[-+].*$/, '')
    .split('.')
    .map(Number)
}
