/**
 * A program for the tests: fetches each URL with the guard exactly as the service makes it and
 * prints what came of it.
 * node fetch-once.ts OUTBOUND_ALLOW URL...
 */
import { parseAllowlist } from '../../src/net/allowlist.ts'
import { createSafeFetch } from '../../src/net/safe-fetch.ts'

const [, , allowed = '', ...urls] = process.argv
const fetch = createSafeFetch({ allow: parseAllowlist(allowed).allow })
const limits = { maxBytes: 5_000_000, timeoutMs: 5000, maxRedirects: 3 }
const outcomes: string[] = []
for (const url of urls) {
  const fetched = await fetch(url, limits)
  outcomes.push(fetched.outcome === 'refused' ? fetched.why : fetched.outcome)
}
process.stdout.write(JSON.stringify(outcomes))
