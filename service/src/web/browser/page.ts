/** The languages of the pages. */
export type Language = 'en' | 'de'

/** The language of the page that the script runs in. */
export function getLanguage(): Language {
  return document.documentElement.lang === 'de' ? 'de' : 'en'
}

/** The root of the service as the browser sees it, without the slash at its end. */
export function getRoot(): string {
  return new URL('.', document.baseURI).href.replace(/\/$/, '')
}
