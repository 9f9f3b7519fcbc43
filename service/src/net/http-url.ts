/**
 * Parses a URL from a request, relative to `base` if there is one. Returns it without its fragment,
 * or what is wrong with it as the end of a sentence about the URL.
 */
export function parseHttpUrl(text: string, base?: URL): URL | string {
  const url = URL.parse(text, base?.href)
  if (url === null) return 'is not a URL; it needs to begin with https:// or http://'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'needs to begin with https:// or http://'
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not contain a user name or a password'
  }
  url.hash = ''
  return url
}
