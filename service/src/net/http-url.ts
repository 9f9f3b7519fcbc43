/**
 * Reads a URL that a stranger gave us: gives it without its fragment, or what is wrong with it as
 * the rest of a sentence.
 */
export function parseHttpUrl(text: string): URL | string {
  const url = URL.parse(text)
  if (url === null) return 'is not a URL; it needs to begin with https:// or http://'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'needs to begin with https:// or http://'
  }
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or a password'
  url.hash = ''
  return url
}
