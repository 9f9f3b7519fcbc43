import { stripTypes } from './strip-types.ts'

/**
 * Turns a module of TypeScript into one that browsers run: without types, and its imports as the
 * addresses of the served files. `paths` has these, such as `editor/main.js`, by the URL of each source.
 */
export function toBrowserModule(
  code: string,
  url: URL,
  paths: ReadonlyMap<string, string>,
): string {
  const toAddress = (specifier: string): string => {
    const target = specifier.startsWith('.')
      ? new URL(specifier, url).href
      : import.meta.resolve(specifier)
    const path = paths.get(target)
    if (path === undefined) {
      throw new Error(`${url.pathname} imports '${specifier}', which is not served to browsers.`)
    }
    return `../${path}`
  }
  return stripTypes(code).replace(
    /\b(from|import) '(\.[^']+|@passwright\/shared)'/g,
    (_, keyword: string, specifier: string) => `${keyword} '${toAddress(specifier)}'`,
  )
}
