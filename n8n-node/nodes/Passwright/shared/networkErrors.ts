/** What to do about an error of the network, by its code. */
const advice: Record<string, string> = {
  ECONNREFUSED:
    'No server listens there. Check that the service is running, and the port. If n8n runs in a container, localhost is that container.',
  ENOTFOUND: 'There is no host with this name. Check the spelling of the Base URL.',
  EAI_AGAIN:
    'The name of the host cannot be looked up. Check the spelling of the Base URL and DNS.',
  ETIMEDOUT: 'The server did not reply in time. Check the host and port, and any firewall between.',
  EHOSTUNREACH: 'There is no route to this host. Check the address, and any firewall between.',
  ENETUNREACH: 'There is no route to this network. Check the address.',
  ECONNRESET:
    'The server closed the connection. If it expects https://, begin the Base URL with https://.',
  HPE_INVALID_CONSTANT:
    'The server does not speak HTTP. If it expects https://, begin the Base URL with https://.',
  EPROTO: 'The server does not speak https. Begin the Base URL with http://, or check the port.',
  CERT_HAS_EXPIRED: 'The TLS certificate of the server has expired. Renew it.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The TLS certificate of the server is for another host name. Enter the name in the certificate.',
}

const untrustedCertificate =
  'The TLS certificate of the server cannot be verified. If it is your own self-signed one, turn on Ignore SSL Issues.'

const aliases: Record<string, string> = {
  ECONNABORTED: 'ETIMEDOUT',
  ESOCKETTIMEDOUT: 'ETIMEDOUT',
  ERR_SSL_WRONG_VERSION_NUMBER: 'EPROTO',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'EPROTO',
}

for (const code of [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]) {
  advice[code] = untrustedCertificate
}

/** Describes an error of the network: what to do, and n8n's own words. */
export function describeNetworkError(error: unknown): string {
  const code = findCode(error)
  const known = code === undefined ? undefined : advice[aliases[code] ?? code]
  const words = error instanceof Error ? error.message : String(error)
  return known === undefined
    ? `Check the Base URL in the credential, and that the service is running. Network error: ${words}`
    : `${known} (${code})`
}

/** Finds the code of an error, which n8n's own errors wrap. */
function findCode(error: unknown): string | undefined {
  let current: unknown = error
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { code, cause } = current as { code?: unknown; cause?: unknown }
    if (typeof code === 'string' && (code in advice || code in aliases)) return code
    current = cause
  }
  const [found] =
    /\b(?:E[A-Z]{4,}|HPE_[A-Z_]+|[A-Z]+_[A-Z_]*CERT[A-Z_]*)\b/.exec(String(error)) ?? []
  return found !== undefined && (found in advice || found in aliases) ? found : undefined
}
