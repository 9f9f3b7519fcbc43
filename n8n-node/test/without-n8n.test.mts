import type { IExecuteFunctions } from 'n8n-workflow'
import { describe, expect, it } from 'vitest'
import { properties } from '../nodes/Passwright/actions/resources.ts'
import { Problem } from '../nodes/Passwright/portable/api/problem.ts'
import { fields } from '../nodes/Passwright/portable/fields/fields.ts'
import { toNodeError } from '../nodes/Passwright/shared/errors.ts'
import { buildIdempotencyKey } from '../nodes/Passwright/shared/idempotencyKey.ts'
import { mapConcurrently } from '../nodes/Passwright/shared/mapConcurrently.ts'

describe('several items', () => {
  it('are processed concurrently up to the limit, and results keep the order of the items', async () => {
    let running = 0
    let maxRunning = 0
    const finish: (() => void)[] = []
    const results = mapConcurrently(10, 3, async (index) => {
      maxRunning = Math.max(maxRunning, ++running)
      await new Promise<void>((resolve) => finish.push(resolve))
      running -= 1
      return index * 10
    })
    // The call that started last ends first, so the results do not end in order.
    for (let done = 0; done < 10; done++) {
      await new Promise(setImmediate)
      finish.pop()?.()
    }
    expect(await results).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
    expect(maxRunning).toBe(3)
  })

  it('stop at an error: no further item is started, and the first error is thrown', async () => {
    const started: number[] = []
    const results = mapConcurrently(10, 2, async (index) => {
      started.push(index)
      await new Promise(setImmediate)
      throw new Error(`item ${index}`)
    })
    await expect(results).rejects.toThrow('item 0')
    expect(started).toEqual([0, 1])
  })

  it.each([0, -1, Number.NaN])('are processed one by one with the limit %s', async (limit) => {
    expect(await mapConcurrently(2, limit, async (index) => index)).toEqual([0, 1])
  })
})

describe('the idempotency key', () => {
  interface Run {
    execution?: string
    node?: string
    run?: number
    tool?: boolean
    own?: string
    contextData?: Record<string, unknown>
  }
  const buildKey = (
    { execution, node, run, tool, own, contextData = {} }: Run,
    item = 0,
    body = {},
  ) => {
    const context = {
      getNodeParameter: () => own ?? '',
      getContext: () => contextData,
      getExecutionId: () => execution ?? '7',
      getInstanceId: () => 'instance',
      getNode: () => ({ id: node ?? 'node' }),
      getWorkflowDataProxy: () => ({ $runIndex: run ?? 0 }),
      isToolExecution: () => tool ?? false,
    }
    return buildIdempotencyKey(context as unknown as IExecuteFunctions, item, body)
  }

  it('is the same for the same item, whatever the request contains', () => {
    expect(buildKey({}, 0, { title: 'One' })).toBe(buildKey({}, 0, { title: 'Other' }))
    expect(buildKey({})).toMatch(/^n8n-[0-9a-f]{64}$/)
  })

  it('differs for another item, execution, node or run of a node in a loop', () => {
    const keys = [
      buildKey({}),
      buildKey({}, 1),
      buildKey({ execution: '8' }),
      buildKey({ node: 'other' }),
      buildKey({ run: 1 }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('stays the same when an execution is retried', () => {
    const contextData = {}
    const first = buildKey({ execution: '7', contextData })
    expect(buildKey({ execution: '9', contextData })).toBe(first)
  })

  it('differs when an agent sends a different request', () => {
    expect(buildKey({ tool: true }, 0, { title: 'One' })).not.toBe(
      buildKey({ tool: true }, 0, { title: 'Two' }),
    )
  })

  it('is your own if you set one', () => {
    expect(buildKey({ own: 'order-1042' })).toBe('order-1042')
  })
})

describe('an error response', () => {
  const toError = (problem: Problem) =>
    toNodeError({ getNode: () => ({ name: 'Passwright' }) as never }, problem, { itemIndex: 4 })

  it('is shown with the labels of the form', () => {
    const error = toError(
      new Problem('invalid_request', 'several', {
        issues: [
          { path: 'locations[0].latitude', message: 'must be between -90 and 90' },
          { path: 'title', message: 'is required, unless logoText or primaryFields is given' },
        ],
      }),
    )
    expect(error.message).toBe('Locations 1, Latitude: must be between -90 and 90')
    expect(error.description).toBe(
      'Title: is required, unless Logo Text or Primary Fields is given',
    )
    expect(error.context).toMatchObject({ itemIndex: 4 })
  })

  it('says when to try again', () => {
    const options = { retryAfterSeconds: 60 }
    const error = toError(new Problem('quota_exceeded', 'Rate limit exceeded.', options))
    expect(error.message).toBe('Rate limit exceeded.')
    expect(error.description).toBe('Try again in 60 seconds.')
  })
})

it('the operation Create offers every field of a pass that has more than one possible value', () => {
  const createProperties = properties.filter((each) =>
    each.displayOptions?.show?.operation?.includes('create'),
  )
  const names = createProperties.flatMap((each) =>
    each.type === 'collection' ? (each.options ?? []).map(({ name }) => name) : [each.name],
  )
  const expectedNames = fields
    .filter(({ choices }) => choices?.length !== 1)
    .flatMap(({ key, items = [], kind }) =>
      kind === 'object' ? items.map((item) => item.key) : [key],
    )
  expect(names).toEqual(expect.arrayContaining(expectedNames))
})
