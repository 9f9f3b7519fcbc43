import { readFileSync } from 'node:fs'

/** Names that are reserved for examples (RFC 2606) and lead nowhere. */
const exampleHost = /(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org))$/

/** Finds what must be set before the app is published, as sentences; none if all is set. */
export function findUnset({ homepage = '' }: { homepage?: string }): string[] {
  const url = URL.canParse(homepage) ? new URL(homepage) : undefined
  if (url?.protocol === 'https:' && !exampleHost.test(url.hostname)) return []
  return [
    `Set "homepage" in zapier-app/package.json to the page of your handbook that explains API keys; it is "${homepage}". The connection form links to it.`,
  ]
}

if (import.meta.main) {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const unset = findUnset(manifest)
  for (const sentence of unset) console.error(sentence)
  if (unset.length > 0) process.exitCode = 1
}
