/**
 * Whether a pass with this `Last-Modified` is what a device has, by its `If-Modified-Since` (RFC 9110,
 * 13.1.3). Anything that is no date, or lies in the future, says nothing, but for the date itself: that
 * of a pass that changed twice in a second is ahead of the clock.
 */
export function isNotModified(
  ifModifiedSince: string | undefined,
  lastModified: Date,
  now: Date,
): boolean {
  const since = parseHttpDate(ifModifiedSince)
  if (since === undefined) return false
  if (since === lastModified.getTime()) return true
  return since > lastModified.getTime() && since <= now.getTime()
}

function parseHttpDate(text = ''): number | undefined {
  const at = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
