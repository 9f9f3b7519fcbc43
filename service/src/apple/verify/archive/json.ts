import { decodeUtf8 } from './zip.ts'

/** The JSON in some bytes, or the rest of a sentence that says why there is none. */
export function parseJson(bytes: Uint8Array): { json: unknown } | { error: string } {
  const text = decodeUtf8(bytes)
  if (text === undefined) return { error: 'is not UTF-8' }
  if (text.startsWith('\ufeff')) return { error: 'begins with a byte-order mark' }
  try {
    return { json: JSON.parse(text) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    const place = /line \d+ column \d+/.exec(reason)?.[0]
    if (text.trim() === '') return { error: 'is empty' }
    return { error: `is no valid JSON${place === undefined ? '' : `, at ${place}`}` }
  }
}
