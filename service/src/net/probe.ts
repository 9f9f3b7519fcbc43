import { Client } from 'undici'
import { describeFetchError, describeTimeout } from './fetch-error.ts'
import { readBody } from './read-body.ts'

/** A response to a probe, or why there is none, as the end of a sentence about the URL. */
export type ProbeResult =
  | { status: number; date: Date | undefined; location: string | undefined; text: string }
  | { error: string }

/** More than any of our own small replies. */
const MAX_BYTES = 65_536

/** Gets an address of the operator's own, private ones too; follows no redirect. Never throws. */
export async function probe(url: URL, timeoutMs: number): Promise<ProbeResult> {
  const signal = AbortSignal.timeout(timeoutMs)
  const client = new Client(url.origin)
  try {
    const path = `${url.pathname}${url.search}`
    const { statusCode, headers, body } = await client.request({ method: 'GET', path, signal })
    const bytes = await readBody(body, MAX_BYTES)
    const date = new Date(String(headers.date ?? ''))
    const [location] = [headers.location].flat()
    return {
      status: statusCode,
      date: Number.isNaN(date.getTime()) ? undefined : date,
      location,
      text: bytes?.toString() ?? '',
    }
  } catch (error) {
    return { error: signal.aborted ? describeTimeout(timeoutMs) : describeFetchError(error) }
  } finally {
    await client.destroy()
  }
}
