import { describe, expect, it } from 'vitest'
import { respondAsService, runNode } from './support/fake-execution.mts'

const pass = { mode: 'id', value: 's-1' }
const empties = ['', '  ', '\u200b', null, undefined]

describe('Add to Counter', () => {
  const run = (parameters: object, more: object = {}) =>
    runNode({ operation: 'addToCounter', parameters: { pass, ...parameters }, ...more })

  it.each([
    [{ by: 1, set: 0 }, { by: 1 }],
    [{ by: '-1,5', change: 'by' }, { by: -1.5 }],
    [{ by: 0 }, { by: 0 }],
    [{ change: 'set', by: 1, set: '1.234,50 ' }, { set: 1234.5 }],
    [
      { by: 1, reference: ' order-1 ', options: { min: '0', max: 10, message: 'Thank you' } },
      { by: 1, reference: 'order-1', min: 0, max: 10, message: 'Thank you' },
    ],
    [
      { by: 1, reference: 1042, options: { max: '', min: null } },
      { by: 1, reference: '1042' },
    ],
  ])('reads %j as people mean it', async (parameters, expected) => {
    const { requests } = await run({ field: ' stamps ', ...parameters })
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/api/passes/s-1/adjust' })
    expect(requests[0]?.body).toEqual({ field: 'stamps', ...expected })
    expect(requests[0]?.options.headers?.['idempotency-key']).toMatch(/^n8n-/)
  })

  it('returns the pass, the number before and after, and whether it is at the maximum', async () => {
    const { output } = await run({ field: 'stamps', by: 1 })
    expect(output[0]?.json).toMatchObject({
      title: 'Club',
      field: 'stamps',
      before: 9,
      after: 10,
      reached: true,
      notifiedDevices: 1,
    })
  })

  it.each(empties)(
    'with %j for the field or the number changes nothing, and says so',
    async (empty) => {
      await expect(run({ field: empty, by: 1 })).rejects.toThrow('Field Key is empty')
      await expect(run({ field: 'stamps', by: empty })).rejects.toThrow('Number to Add is empty')
      await expect(run({ field: 'stamps', change: 'set', set: empty, by: 1 })).rejects.toThrow(
        'Number to Set is empty',
      )
    },
  )

  it('names every number that cannot be read by its label, and keeps the row', async () => {
    const { output, requests } = await run(
      { field: 'stamps', by: '1,234', options: { max: 'ten' } },
      { items: [{ json: { order: 7 } }], continueOnFail: true },
    )
    expect(requests).toEqual([])
    expect(output[0]?.json).toEqual({
      order: 7,
      error:
        'Number to Add: "1,234" is no number that can be read only one way; write 48.50; Maximum: "ten" is no number that can be read only one way; write 48.50',
    })
  })

  it.each([
    [
      'field',
      'must be the key of a field that holds a number; those with one are points',
      'Field Key',
    ],
    ['max', 'must not be less than the minimum', 'Maximum'],
  ])('says what the service refuses in the words of the form: %s', async (path, message, label) => {
    const json = {
      error: `${path} ${message}`,
      code: 'invalid_request',
      issues: [{ path, message }],
    }
    const error = run({ field: 'stamps', by: 1 }, { respond: () => ({ status: 400, json }) })
    await expect(error).rejects.toThrow(`${label}: ${message}`)
  })
})

describe('Send Message', () => {
  const run = (message: unknown, more: object = {}) =>
    runNode({ operation: 'sendMessage', parameters: { pass, message }, ...more })

  it('sends the text as it is, and returns the pass and how many devices were notified', async () => {
    const { requests, output } = await run('Table 4 is ready {{name}}\n')
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/api/passes/s-1/message' })
    expect(requests[0]?.body).toEqual({ message: 'Table 4 is ready {{name}}\n' })
    expect(requests[0]?.options.headers?.['idempotency-key']).toMatch(/^n8n-/)
    expect(output[0]?.json).toMatchObject({ title: 'Club', notifiedDevices: 0, unchanged: false })
  })

  it.each(empties)('with the text %j sends nothing, and says so', async (empty) => {
    await expect(run(empty)).rejects.toThrow('Message is empty')
  })

  it('shows once beside the output that no phone can be reached', async () => {
    const message = 'reaches no phone'
    const respond: typeof respondAsService = (request) => {
      const response = respondAsService(request)
      if (!request.path.endsWith('/message')) return response
      const warnings = [{ path: 'message', message }]
      return { json: { serialNumber: 's-1', notifiedDevices: 0, unchanged: false, warnings } }
    }
    const { hints, output } = await run('Hello', { respond, items: [{ json: {} }, { json: {} }] })
    expect(hints).toEqual(['Message: reaches no phone'])
    expect(output[1]?.json.warnings).toEqual([{ path: 'message', message }])
  })
})
