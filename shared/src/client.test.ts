import { describe, expect, it } from 'vitest'
import { createClient, Problem, type WireRequest, type WireResponse } from './portable/index.ts'

/** A wire that notes what it carried and answers what it was told. */
function wire(response: Partial<WireResponse<string>>) {
  const carried: WireRequest[] = []
  const client = createClient<string>(async (request) => {
    carried.push(request)
    return { status: 200, headers: {}, ...response }
  })
  return { client, carried }
}

describe('the client', () => {
  it('carries a create call with its idempotency key', async () => {
    const { client, carried } = wire({ json: { serialNumber: 's' } })
    await client.createPass({ title: 'Ä' }, 'order-7')
    expect(carried).toEqual([
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

  it('asks for the file where the file is wanted', async () => {
    const { client, carried } = wire({ file: 'PK' })
    expect(await client.getPassFile('a/b')).toBe('PK')
    expect(carried[0]).toMatchObject({ path: '/api/passes/a%2Fb?format=pkpass', expects: 'file' })
  })

  it('writes filters into the query', async () => {
    const { client, carried } = wire({ json: { passes: [], nextCursor: null } })
    await client.listPasses({ limit: 5, voided: false, metadata: { 'a b': 'c&d' } })
    expect(carried[0]?.path).toBe('/api/passes?limit=5&voided=false&metadata%5Ba%20b%5D=c%26d')
  })

  it('gives a refusal back as the Problem that the service threw', async () => {
    const issues = [{ path: 'title', message: 'is required' }]
    const { client } = wire({
      status: 400,
      json: { error: 'title is required', code: 'invalid_request', requestId: 'r', issues },
    })
    const problem = await client.getUsage().catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({ code: 'invalid_request', message: 'title is required', issues })
  })

  it('keeps how long to wait', async () => {
    const { client } = wire({
      status: 429,
      headers: { 'retry-after': '30' },
      json: { error: 'Rate limit exceeded', code: 'quota_exceeded', requestId: 'r' },
    })
    await expect(client.createPass({})).rejects.toMatchObject({ headers: { 'Retry-After': '30' } })
  })

  it('makes sense of an answer that is not ours', async () => {
    const { client } = wire({ status: 502, json: undefined })
    await expect(client.getUsage()).rejects.toMatchObject({ code: 'internal_error' })
  })
})
