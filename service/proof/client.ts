import { Agent, request } from 'undici'

const agent = new Agent({ connections: 64, headersTimeout: 60_000, bodyTimeout: 60_000 })

export interface Answer {
  status: number
  body: unknown
}

/** Makes a pass and gives the status and the JSON; throws when the connection fails. */
export async function post(
  url: string,
  key: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await request(`${url}/api/passes`, {
    dispatcher: agent,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.statusCode, body: await response.body.json() }
}

/** Makes a pass and gives its status and file. */
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

export interface ListedPass {
  serialNumber: string
  metadata: Record<string, string>
}

/** Every pass of a key, page by page. */
export async function pages(url: string, key: string): Promise<ListedPass[]> {
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

/** Ends the proof with a line that says what was promised and what came. */
export function assertEqual(what: string, actual: unknown, promised: unknown): void {
  if (actual !== promised) throw new Error(`${what}: promised ${promised}, came ${actual}`)
}
