// Shared by the proofs and benchmarks: requests on many connections at once.
import { Agent, request } from 'undici'

const agent = new Agent({ connections: 64, headersTimeout: 60_000, bodyTimeout: 60_000 })

export interface PostResponse {
  status: number
  body: unknown
}

/** Creates a pass; returns the status and the JSON, throws when the connection fails. */
export async function post(
  url: string,
  key: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<PostResponse> {
  const response = await request(`${url}/api/passes`, {
    dispatcher: agent,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.statusCode, body: await response.body.json() }
}

/** Creates a pass; returns the status and the file. */
export async function postFile(
  url: string,
  key: string,
  body: unknown,
): Promise<{ status: number; file: ArrayBuffer }> {
  const response = await request(`${url}/api/pkpass`, {
    dispatcher: agent,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.statusCode, file: await response.body.arrayBuffer() }
}

/** How many passes the key has made this month, by `GET /api/auth/usage`. */
export async function getUsageCount(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/api/auth/usage`, {
    headers: { authorization: `Bearer ${key}` },
  })
  return ((await response.json()) as { count: number }).count
}

export interface ListedPass {
  serialNumber: string
  metadata: Record<string, string>
}

/** Lists every pass of a key, page by page. */
export async function listAllPasses(url: string, key: string): Promise<ListedPass[]> {
  const passes: ListedPass[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query = cursor === '' ? '' : `&cursor=${cursor}`
    const response = await request(`${url}/api/passes?limit=100${query}`, {
      dispatcher: agent,
      headers: { authorization: `Bearer ${key}` },
    })
    const page = (await response.body.json()) as { passes: ListedPass[]; nextCursor: string | null }
    passes.push(...page.passes)
    cursor = page.nextCursor
  }
  return passes
}

/** Fails the proof when a figure is not the promised one. */
export function assertEqual(name: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${name}: expected ${expected}, got ${actual}`)
}
