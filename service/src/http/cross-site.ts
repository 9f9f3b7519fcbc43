import { Problem } from '@passwright/shared'
import type { Request } from 'express'

/** What `Sec-Fetch-Site` says of a form of our own page, and of an address that was typed. */
const ownSites: ReadonlySet<unknown> = new Set(['same-origin', 'none'])

/**
 * Throws `cross_site_request` when a browser sends a form of another site. Browsers say where a form is
 * from in `Sec-Fetch-Site`, older ones only in `Origin`; programs send neither.
 */
export function assertSameSite({ headers }: Request, publicUrl: string): void {
  const { origin, host, 'sec-fetch-site': site } = headers
  if (site === undefined ? isOwnOrigin(origin, host, publicUrl) : ownSites.has(site)) return
  throw new Problem(
    'cross_site_request',
    `This form was sent from another site; open ${publicUrl}/ and send it from there. Programs use POST /api/keys/request`,
  )
}

function isOwnOrigin(
  origin: string | undefined,
  host: string | undefined,
  publicUrl: string,
): boolean {
  if (origin === undefined) return true
  const sender = URL.parse(origin)
  return sender !== null && (sender.origin === new URL(publicUrl).origin || sender.host === host)
}
