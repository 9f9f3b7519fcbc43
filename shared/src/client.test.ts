import { describe, expect, it } from 'vitest'
import {
  createClient,
  Problem,
  type TransportRequest,
  type TransportResponse,
} from './portable/index.ts'

/** A client whose transport records its requests and returns the given response. */
function createTestClient(response: Partial<TransportResponse<string>>) {
  const requests: TransportRequest[] = []
  const client = createClient<string>(async (request) => {
    requests.push(request)
    return { status: 200, headers: {}, ...response }
  })
  return { client, requests }
}

describe('the client', () => {
  it('sends a create call with its idempotency key', async () => {
    const { client, requests } = createTestClient({ json: { serialNumber: 's' } })
    await client.createPass({ title: 'Ä' }, 'order-7')
    expect(requests).toEqual([
      {
        method: 'POST',
        path: '/api/passes',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'idempotency-key': 'order-7',
        },
        body: '{"title":"Ä"}',
        expects: 'json',
      },
    ])
  })

  it('sends with a create call what happens to a pass with the same own ID', async () => {
    const { client, requests } = createTestClient({ json: { serialNumber: 's' } })
    await client.createPass({}, { idempotencyKey: 'order-7', onExisting: 'merge' })
    await client.createPass({}, {})
    expect(requests.map(({ path, headers }) => [path, headers['idempotency-key']])).toEqual([
      ['/api/passes?onExisting=merge', 'order-7'],
      ['/api/passes', undefined],
    ])
  })

  it('requests the file with getPassFile', async () => {
    const { client, requests } = createTestClient({ file: 'PK' })
    expect(await client.getPassFile('a/b')).toBe('PK')
    expect(requests[0]).toMatchObject({ path: '/api/passes/a%2Fb?format=pkpass', expects: 'file' })
  })

  it('sends filters in the query', async () => {
    const { client, requests } = createTestClient({ json: { passes: [], nextCursor: null } })
    await client.listPasses({ limit: 5, voided: false, metadata: { 'a b': 'c&d' } })
    expect(requests[0]?.path).toBe('/api/passes?limit=5&voided=false&metadata%5Ba%20b%5D=c%26d')
  })

  it('throws an error response as the Problem that the service threw', async () => {
    const issues = [{ path: 'title', message: 'is required' }]
    const { client } = createTestClient({
      status: 400,
      json: { error: 'title is required', code: 'invalid_request', requestId: 'r', issues },
    })
    const problem = await client.getUsage().catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({ code: 'invalid_request', message: 'title is required', issues })
  })

  it('reports Retry-After in seconds', async () => {
    const { client } = createTestClient({
      status: 429,
      headers: { 'retry-after': '30' },
      json: { error: 'Rate limit exceeded', code: 'quota_exceeded', requestId: 'r' },
    })
    await expect(client.createPass({})).rejects.toMatchObject({ retryAfterSeconds: 30 })
  })

  it('throws internal_error for an error response that is not ours', async () => {
    const { client } = createTestClient({ status: 502, json: undefined })
    await expect(client.getUsage()).rejects.toMatchObject({ code: 'internal_error' })
  })
})
