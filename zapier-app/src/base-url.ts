import { isPrivateHost } from '@passwright/shared'

/** A valid base URL, with its host and path as `name`, or a message about what is wrong with it. */
export type BaseUrl = { href: string; name: string } | { problem: string }

/** Line ends, and characters without width, that come along when an address is pasted. */
const pastedAlong = /[\r\n\u200b-\u200f\u2060\ufeff]/g

/**
 * Parses the address of the service strictly, since the API key is sent to it: https (or http on a
 * private network), a host and a path, and nothing else. Trailing slashes are removed.
 */
export function parseBaseUrl(input: string | undefined): BaseUrl {
  const text = (input ?? '').replace(pastedAlong, '').trim()
  if (text === '') return { problem: 'Enter the address of your Passwright service.' }
  const url = parseUrl(completeScheme(text))
  if (!url || /[\s\\]/.test(text)) return { problem: `"${text}" is not an address. ${example}` }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { problem: `The address must begin with https://. ${example}` }
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: `Remove the part before the @ from the address. ${example}` }
  }
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
    return { problem: `The address must end before the ? or #. ${example}` }
  }
  if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
    return { problem: 'The address must begin with https://, since your API key is sent to it.' }
  }
  const path = url.pathname.replace(/\/+$/, '')
  return { href: `${url.origin}${path}`, name: `${url.host}${path}` }
}

const example = 'Example: https://passes.example.com'

/** Adds a scheme that is missing, and the slashes behind one where they are missing. */
function completeScheme(text: string): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return text
  return /^https?:/i.test(text) ? text.replace(/^(https?):\/?/i, '$1://') : `https://${text}`
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
