import { type Issue, isObject } from '@passwright/shared'

/** What came of a request for a picture. */
export type PreviewResult =
  | { outcome: 'drawn'; html: string; googleHtml: string | undefined; warnings: Issue[] }
  | { outcome: 'invalid'; issues: Issue[] }
  | { outcome: 'busy'; retryAfterMs: number }
  | { outcome: 'failed' }

/** The shortest time between two requests. */
const MIN_INTERVAL_MS = 60

/**
 * Creates a function that draws the latest pass: the first keystroke at once, those while one is being
 * drawn together after it.
 */
export function createPreview(
  address: string,
  onResult: (result: PreviewResult) => void,
): (request: Record<string, unknown>) => void {
  let waiting: Record<string, unknown> | undefined
  let isRunning = false

  const run = async () => {
    if (isRunning) return
    isRunning = true
    while (waiting !== undefined) {
      const request = waiting
      waiting = undefined
      const result = await drawPreview(address, request)
      onResult(result)
      if (result.outcome === 'busy') {
        waiting ??= request
        await wait(result.retryAfterMs)
      } else await wait(MIN_INTERVAL_MS)
    }
    isRunning = false
  }
  return (request) => {
    waiting = request
    void run()
  }
}

async function drawPreview(
  address: string,
  request: Record<string, unknown>,
): Promise<PreviewResult> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
    })
    const reply: unknown = await response.json()
    return toResult(response, isObject(reply) ? reply : {})
  } catch {
    return { outcome: 'failed' }
  }
}

function toResult(response: Response, reply: Record<string, unknown>): PreviewResult {
  const { html, googleHtml, warnings, issues } = reply
  if (response.ok && typeof html === 'string') {
    return {
      outcome: 'drawn',
      html,
      googleHtml: typeof googleHtml === 'string' ? googleHtml : undefined,
      warnings: readIssues(warnings),
    }
  }
  if (response.status === 400) return { outcome: 'invalid', issues: readIssues(issues) }
  if (response.status !== 429 && response.status !== 503) return { outcome: 'failed' }
  const seconds = Number(response.headers.get('Retry-After') ?? 5)
  return { outcome: 'busy', retryAfterMs: Math.min(seconds, 60) * 1000 }
}

/** Reads the issues or warnings of a reply. */
export function readIssues(value: unknown): Issue[] {
  return (Array.isArray(value) ? value : []).flatMap((each: unknown) =>
    isObject(each) ? [{ path: String(each.path), message: String(each.message) }] : [],
  )
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
