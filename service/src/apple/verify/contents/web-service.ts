import { type Finding, findIf } from '../report/findings.ts'

const MIN_TOKEN_CHARACTERS = 16

/** Verifies the address and the token with which phones ask for a newer pass. */
export function verifyWebService(passJson: Record<string, unknown>): Finding[] {
  const { webServiceURL: url, authenticationToken: token } = passJson
  const isUrl = typeof url === 'string' && URL.canParse(url) && !/\s/.test(url)
  return [
    ...findIf(
      isUrl && !/^https:\/\//i.test(url),
      'web_service_url',
      'webServiceURL',
      'webServiceURL does not begin with https://.',
    ),
    ...findIf(
      isUrl && url.endsWith('/'),
      'web_service_slash',
      'webServiceURL',
      'webServiceURL ends in a slash.',
    ),
    ...findIf(
      (url === undefined) !== (token === undefined),
      'authentication_token',
      url === undefined ? 'webServiceURL' : 'authenticationToken',
      url === undefined
        ? 'authenticationToken is given without webServiceURL.'
        : 'webServiceURL is given without authenticationToken.',
    ),
    ...findIf(
      typeof token === 'string' && token.length < MIN_TOKEN_CHARACTERS,
      'authentication_token',
      'authenticationToken',
      `authenticationToken has fewer than ${MIN_TOKEN_CHARACTERS} characters.`,
    ),
  ]
}
