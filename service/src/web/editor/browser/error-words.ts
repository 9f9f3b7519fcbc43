import { describeProblem, Problem } from '@passwright/shared'

/** What a page of ours says of errors itself; everything else are sentences of the API, in English. */
export interface ErrorWords {
  wrongKey: string
  unreachable: string
}

/** Shows why an action failed in a place that is read out, marked with its language. */
export function showError(place: HTMLElement, error: unknown, words: ErrorWords): void {
  const isOwn = !(error instanceof Problem) || error.code === 'unauthorized'
  if (isOwn) place.removeAttribute('lang')
  else place.lang = 'en'
  if (!(error instanceof Problem)) place.textContent = words.unreachable
  else place.textContent = isOwn ? words.wrongKey : describeProblem(error)
}
