import { trimBlanks } from '../portable/forms/blanks'
import { isPrivateHost } from '../portable/private-host'

/** A base URL without a slash at its end, or a message about what is wrong with it. */
export type BaseUrl = { href: string; isPublicHttp: boolean } | { problem: string }

const sample = 'Example: https://passes.example.com'

/** What to do about a base URL whose requests cross the internet unencrypted. */
export const publicHttpWarning =
  'The Base URL begins with http://: the API key crosses the network unencrypted. Use https:// unless the service runs on this machine or in your private network.'

/** Parses the Base URL of a credential: a missing scheme is completed, with http:// for a private host and https:// for others. */
export function parseBaseUrl(input: unknown): BaseUrl {
  const text = trimBlanks(String(input ?? ''))
  if (text === '') return { problem: `The Base URL is empty. ${sample}` }
  const url = parseUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : completeScheme(text))
  if (url === undefined || /[\s\\]/.test(text)) {
    return { problem: `The Base URL "${text}" is no URL. ${sample}` }
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { problem: `The Base URL must begin with https:// or http://. ${sample}` }
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: `Remove the part before the @ from the Base URL. ${sample}` }
  }
  if (/[?#]/.test(text)) {
    return { problem: `The Base URL must end before the ? or #. ${sample}` }
  }
  return {
    href: url.origin + url.pathname.replace(/\/+$/, ''),
    isPublicHttp: url.protocol === 'http:' && !isPrivateHost(url.hostname),
  }
}

function completeScheme(text: string): string {
  const host = parseUrl(`http://${text}`)?.hostname
  return host !== undefined && isPrivateHost(host) ? `http://${text}` : `https://${text}`
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
