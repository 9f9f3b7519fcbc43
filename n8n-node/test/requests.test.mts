import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeResponse, respondAsService, runNode } from './support/fake-execution.mts'

const form = { title: 'Club', barcodeValue: 'B-1' }

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'with status %s is refused with the final address',
    async (status) => {
      const run = runNode({
        operation: 'create',
        parameters: form,
        respond: () => ({
          status,
          headers: { location: 'https://evil.example/sub/api/passes?x=1' },
        }),
      })
      await expect(run).rejects.toThrow(
        'https://passes.example.com redirects to https://evil.example/sub: enter the final address in the credential.',
      )
    },
  )

  it('is never followed by n8n: every request says so', async () => {
    const { requests } = await runNode({
      operation: 'update',
      parameters: { pass: { mode: 'externalId', value: 'm-1' } },
    })
    expect(requests.length).toBeGreaterThan(2)
    for (const { options } of requests) {
      expect(options).toMatchObject({
        disableFollowRedirect: true,
      })
    }
  })
})

describe('a rate limit', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  /** Runs Create while the service replies with these responses first; tells after how many seconds it ended. */
  async function createWith(...first: FakeResponse[]) {
    const start = Date.now()
    const run = runNode({
      operation: 'create',
      parameters: form,
      respond: (request) => first.shift() ?? respondAsService(request),
    })
    const countSeconds = () => (Date.now() - start) / 1000
    const result = run.then(
      ({ requests }) => ({ requests: requests.length, error: undefined, seconds: countSeconds() }),
      (error: Error) => ({ requests: undefined, error: error.message, seconds: countSeconds() }),
    )
    await vi.runAllTimersAsync()
    return result
  }
  const limited = (retryAfter: string, code = 'rate_limited'): FakeResponse => ({
    status: 429,
    headers: { 'retry-after': retryAfter },
    json: { error: 'Too many requests.', code },
  })

  it('of some seconds is waited for', async () => {
    expect(await createWith(limited('7'), limited('3'))).toEqual({
      requests: 3,
      error: undefined,
      seconds: 10,
    })
  })

  it('of a proxy, which replies with HTML, is waited for', async () => {
    const { requests, seconds } = await createWith({
      status: 429,
      headers: { 'retry-after': '5' },
      file: '<html>',
    })
    expect({ requests, seconds }).toEqual({ requests: 2, seconds: 5 })
  })

  it('is waited for a minute at most for each item, in all its requests', async () => {
    const { error, seconds } = await createWith(limited('40'), limited('30'))
    expect({ error, seconds }).toEqual({ error: 'Too many requests.', seconds: 40 })
  })

  it.each([
    ['of a month', limited('20', 'quota_exceeded')],
    ['of a day', limited('20', 'email_limit')],
    ['of more than a minute', limited('61')],
    ['until a date', limited('Wed, 21 Oct 2026 07:28:00 GMT')],
  ])('%s is an error at once', async (_name, response) => {
    const { error, seconds } = await createWith(response)
    expect({ error, seconds }).toEqual({ error: 'Too many requests.', seconds: 0 })
  })
})

describe('an error', () => {
  const refuse = (path: string, message: string) => () => ({
    status: 400,
    json: { error: `${path} ${message}`, code: 'invalid_request', issues: [{ path, message }] },
  })
  const getMessage = async (execution: Parameters<typeof runNode>[0]) => {
    const { output } = await runNode({ ...execution, continueOnFail: true })
    return output[0]?.json.error
  }
  const pass = { mode: 'id', value: 's-1' }
  const address = 'must be an email address'

  it.each([
    [
      'createAndSend',
      { ...form, to: 'ada@', name: 'Ada' },
      'email.to',
      address,
      `To Email: ${address} (value: "ada@")`,
    ],
    [
      'createAndSend',
      { ...form, to: 'a@b.example', name: 'A\u0007' },
      'email.name',
      'must be printable',
      'To Name: must be printable (value: "A\u0007")',
    ],
    [
      'create',
      { ...form, email: { to: 'ada@' } },
      'email.to',
      address,
      `Email → To: ${address} (value: "ada@")`,
    ],
    ['sendEmail', { pass, to: 'ada@' }, 'to', address, `To Email: ${address} (value: "ada@")`],
    [
      'getAll',
      { filters: { email: 'ada@' } },
      'email',
      address,
      `Filters → Email: ${address} (value: "ada@")`,
    ],
    [
      'getAll',
      { returnAll: true },
      'limit',
      'must be between 1 and 100',
      'Limit: must be between 1 and 100 (value: "100")',
    ],
    [
      'create',
      form,
      'barcodeValue',
      'does not fit barcodeFormat',
      'Barcode Value: does not fit Barcode Format (value: "B-1")',
    ],
    [
      'create',
      { ...form, fields: { backFields: { entries: [{ label: 'Day', value: 'x' }] } } },
      'backFields[0].value',
      'must be a date, because of dateStyle',
      'Back Fields 1, Value: must be a date, because of Date Style (value: "x")',
    ],
  ])(
    'of %s names the field of the form and the refused value',
    async (operation, parameters, path, message, expected) => {
      expect(await getMessage({ operation, parameters, respond: refuse(path, message) })).toBe(
        expected,
      )
    },
  )

  it('with On Error keeps the row and tells every mistake', async () => {
    const issues = [
      { path: 'title', message: 'must have at most 64 characters' },
      { path: 'color', message: 'must be a color such as #1e40af' },
    ]
    const { output } = await runNode({
      operation: 'create',
      parameters: { title: 'Long', look: { color: 'blu' } },
      items: [{ json: { id: 7, name: 'Ada' } }],
      continueOnFail: true,
      respond: () => ({ status: 400, json: { error: 'Two.', code: 'invalid_request', issues } }),
    })
    expect(output).toEqual([
      {
        json: {
          id: 7,
          name: 'Ada',
          error:
            'Title: must have at most 64 characters (value: "Long"); Background Color: must be a color such as #1e40af (value: "blu")',
        },
        pairedItem: { item: 0 },
      },
    ])
  })

  it('in a row tells all values that cannot be read at once', async () => {
    const message = await getMessage({
      operation: 'create',
      parameters: { ...form, whenAndWhere: { expirationDate: '05.03.2027', maxDistance: 'far' } },
    })
    expect(message).toMatch(/Expires On: "05\.03\.2027" .*; Greatest Distance: "far" /)
  })
})
