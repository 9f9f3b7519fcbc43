/** The oldest version of the service that supports this app. */
export const minimumServiceVersion = '0.1.0'

/** The version of a service that runs from a checkout; it is as new as this app. */
const unreleasedVersion = '0.0.0'

/** Whether a service of this version supports this app. Text that is not a version is not supported. */
export function isSupportedVersion(version: string): boolean {
  if (version === unreleasedVersion) return true
  const minimum = parseVersion(minimumServiceVersion)
  const actual = parseVersion(version)
  if (actual.length < minimum.length || actual.some(Number.isNaN)) return false
  const differing = minimum.findIndex((number, index) => number !== actual[index])
  return differing === -1 || (actual[differing] ?? 0) > (minimum[differing] ?? 0)
}

function parseVersion(version: string): number[] {
  return version
    .replace(/[-+].*$/, '')
    .split('.')
    .map(Number)
}
