const privateName =
  /^(?:[^.:]+|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\]|\[f[cd][0-9a-f:]+\]|.+\.(?:local|localhost|internal|lan|home\.arpa))$/i

/**
 * Whether the host of a URL is this machine or one of a private network (RFC 1918, RFC 4193, RFC 8375),
 * to which a request may go without TLS. A name without a dot is that of a container or a machine nearby.
 */
export function isPrivateHost(hostname: string): boolean {
  return privateName.test(hostname)
}
