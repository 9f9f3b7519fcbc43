/** Whether a response asks for the same request at another address. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

/** Says what to do about a redirect, which is never followed: the request holds the API key. */
export function describeRedirect(
  baseUrl: string,
  path: string,
  location: string | undefined,
): string {
  const target = findFinalBaseUrl(baseUrl, path, location)
  return `${baseUrl} redirects to ${target}: enter the final address in the credential.`
}

/** The base URL at which the request would have arrived, as far as the path tells it. */
function findFinalBaseUrl(baseUrl: string, path: string, location: string | undefined): string {
  const target = parseUrl(location, baseUrl + path)
  if (target === undefined) return 'another address'
  const [pathname = ''] = path.split('?')
  return target.pathname.endsWith(pathname)
    ? target.origin + target.pathname.slice(0, -pathname.length)
    : target.origin + target.pathname
}

function parseUrl(location: string | undefined, base: string): URL | undefined {
  try {
    return location === undefined ? undefined : new URL(location, base)
  } catch {
    return undefined
  }
}
