/**
 * The same text for every refused address, every unknown name and every lookup that failed, so that a
 * caller cannot use it to find out which hosts, names or ports exist in our network.
 */
const notPublic =
  'points to a host without a public address; check its spelling, try again in a minute if its DNS failed just now, or name it in OUTBOUND_ALLOW'
const untrustedCertificate = 'has a TLS certificate that is not signed by a trusted authority'
const closedEarly = 'closed the connection before the response was complete'
const unreachable = 'could not be reached'

const messageByCode: Record<string, string> = {
  NOT_PUBLIC: notPublic,
  CERT_HAS_EXPIRED: 'has an expired TLS certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a TLS certificate for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrustedCertificate,
  SELF_SIGNED_CERT_IN_CHAIN: untrustedCertificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a TLS certificate whose chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrustedCertificate,
  HTTPParserError: 'did not send a valid HTTP response',
  UND_ERR_SOCKET: closedEarly,
  ECONNRESET: closedEarly,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'sent a body of another length than it declared',
  UND_ERR_HEADERS_OVERFLOW: 'sent headers that are too large',
}

/** Describes why a request failed, as the end of a sentence about its URL. */
export function describeFetchError(error: unknown): string {
  if (!(error instanceof Error)) return unreachable
  // undici's parser error has no code, only a name.
  const code = 'code' in error && error.code !== undefined ? String(error.code) : error.name
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'does not support TLS; try http://'
  return messageByCode[code] ?? unreachable
}

/** The same for a request that was aborted because its time was up. */
export function describeTimeout(timeoutMs: number): string {
  return `did not send a complete response within ${timeoutMs / 1000} seconds`
}
