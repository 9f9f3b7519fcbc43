/**
 * One text for every address we refuse and for every name without one, so that nobody learns from
 * it which machines, names or ports there are behind us.
 */
const notPublic =
  'points to a host without a public address; check its spelling, or name it in OUTBOUND_ALLOW'

const byCode: Record<string, string> = {
  NOT_PUBLIC: notPublic,
  ENOTFOUND: notPublic,
  ENODATA: notPublic,
  EAI_AGAIN: 'points to a host whose address could not be looked up just now; try again',
  CERT_HAS_EXPIRED: 'has an expired TLS certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a TLS certificate for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a TLS certificate that nobody we trust has signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a TLS certificate that nobody we trust has signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a TLS certificate whose chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a TLS certificate that nobody we trust has signed',
  HTTPParserError: 'does not answer in HTTP',
  UND_ERR_SOCKET: 'closed the connection before its answer was complete',
  ECONNRESET: 'closed the connection before its answer was complete',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'sent another length than it declared',
  UND_ERR_HEADERS_OVERFLOW: 'answered with headers that are too large',
}

/** Takes what a request failed with, gives the rest of a sentence about its URL. */
export function describeFetchError(error: unknown, timeIsUp: boolean, timeoutMs: number): string {
  if (timeIsUp) return `did not answer in full within ${timeoutMs / 1000} seconds`
  if (!(error instanceof Error)) return unknown
  // undici's parser error has no code, only its name.
  const code = 'code' in error && error.code !== undefined ? String(error.code) : error.name
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'does not answer in TLS; try http://'
  return byCode[code] ?? unknown
}

const unknown = 'could not be reached'
