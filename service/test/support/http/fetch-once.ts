/**
 * A program for the tests: fetches each URL with the same guard as the service and prints the outcomes.
 * node fetch-once.ts OUTBOUND_ALLOW URL...
 */
import { parseAllowlist } from '../../../src/net/guard/allowlist.ts'
import { createSafeFetch } from '../../../src/net/safe-fetch.ts'

const [, , allowed = '', ...urls] = process.argv
const fetch = createSafeFetch({ allowlist: parseAllowlist(allowed).allowlist })
const limits = { maxBytes: 5_000_000, timeoutMs: 5000, maxRedirects: 3 }
const outcomes: string[] = []
for (const url of urls) {
  const fetched = await fetch(url, limits, 'ours')
  outcomes.push(fetched.outcome === 'refused' ? fetched.reason : fetched.outcome)
}
process.stdout.write(JSON.stringify(outcomes))
