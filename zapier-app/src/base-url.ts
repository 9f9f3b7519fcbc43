/** Where the service is, told from what a person typed; `problem` says what is wrong with it. */
export type BaseUrl = { href: string; name: string } | { problem: string }

/** Only here may an address be reached without encryption: nobody is between. */
const privateHost =
  /^(?:localhost|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\]|[^.]+\.(?:local|internal|lan))$/

/**
 * Reads the address by hand, since the key is sent to wherever it leads: nothing but a host and a
 * path, https unless the host is the operator's own network, no slash at the end.
 */
export function readBaseUrl(typed: string | undefined): BaseUrl {
  const text = (typed ?? '').trim()
  if (text === '') return { problem: 'Enter the address of your Passwright service.' }
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = parse(withScheme)
  if (!url || /[\s\\]/.test(text)) return { problem: `"${text}" is not an address. ${example}` }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { problem: `The address must begin with https://. ${example}` }
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: `Leave the part before the @ out of the address. ${example}` }
  }
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
    return { problem: `The address must end before the ? or #. ${example}` }
  }
  if (url.protocol === 'http:' && !privateHost.test(url.hostname)) {
    return { problem: 'The address must begin with https://, since your API key travels to it.' }
  }
  const path = url.pathname.replace(/\/+$/, '')
  return { href: `${url.origin}${path}`, name: `${url.host}${path}` }
}

const example = 'It looks like https://passes.example.com.'

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
