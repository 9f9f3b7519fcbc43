import { describeProblem, Problem } from '@passwright/shared'
import type { RequestWords } from './request-words.ts'

/**
 * Shows why an action failed in a place that is read out, marked with its language: the words of the
 * page, and otherwise the sentences of the API, in English.
 */
export function showError(
  place: HTMLElement,
  error: unknown,
  words: Pick<RequestWords, 'wrongKey' | 'unreachable'>,
): void {
  const isOwn = !(error instanceof Problem) || error.code === 'unauthorized'
  if (isOwn) place.removeAttribute('lang')
  else place.lang = 'en'
  if (!(error instanceof Problem)) place.textContent = words.unreachable
  else place.textContent = isOwn ? words.wrongKey : describeProblem(error)
}
