import type { IExecuteFunctions } from 'n8n-workflow'
import { describe, expect, it } from 'vitest'
import { properties } from '../nodes/Passwright/actions/resources.ts'
import { fields } from '../nodes/Passwright/portable/fields.ts'
import { Problem } from '../nodes/Passwright/portable/problem.ts'
import { asNodeError } from '../nodes/Passwright/shared/errors.ts'
import { idempotencyKey } from '../nodes/Passwright/shared/idempotencyKey.ts'
import { inParallel } from '../nodes/Passwright/shared/inParallel.ts'

describe('many items', () => {
  it('are worked on at the same time, never more than said, and come in their order', async () => {
    let running = 0
    let most = 0
    const finish: (() => void)[] = []
    const work = inParallel(10, 3, async (index) => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => finish.push(resolve))
      running -= 1
      return index * 10
    })
    // The last begun ends first, so that order does not come by itself.
    for (let done = 0; done < 10; done++) {
      await new Promise(setImmediate)
      finish.pop()?.()
    }
    expect(await work).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
    expect(most).toBe(3)
  })

  it('stop at a failure: nothing more is begun, and the first item that failed is told', async () => {
    const begun: number[] = []
    const work = inParallel(10, 2, async (index) => {
      begun.push(index)
      await new Promise(setImmediate)
      throw new Error(`item ${index}`)
    })
    await expect(work).rejects.toThrow('item 0')
    expect(begun).toEqual([0, 1])
  })

  it.each([0, -1, Number.NaN])('go one by one when %s at once are asked for', async (atOnce) => {
    expect(await inParallel(2, atOnce, async (index) => index)).toEqual([0, 1])
  })
})

describe('the idempotency key', () => {
  interface Run {
    execution?: string
    node?: string
    run?: number
    tool?: boolean
    own?: string
    notes?: Record<string, unknown>
  }
  const keyOf = ({ execution, node, run, tool, own, notes = {} }: Run, item = 0, body = {}) => {
    const context = {
      getNodeParameter: () => own ?? '',
      getContext: () => notes,
      getExecutionId: () => execution ?? '7',
      getInstanceId: () => 'instance',
      getNode: () => ({ id: node ?? 'node' }),
      getWorkflowDataProxy: () => ({ $runIndex: run ?? 0 }),
      isToolExecution: () => tool ?? false,
    }
    return idempotencyKey(context as unknown as IExecuteFunctions, item, body)
  }

  it('is the same for the same item, whatever it says', () => {
    expect(keyOf({}, 0, { title: 'One' })).toBe(keyOf({}, 0, { title: 'Other' }))
    expect(keyOf({})).toMatch(/^n8n-[0-9a-f]{64}$/)
  })

  it('is another one for another item, execution, node or turn of a loop', () => {
    const keys = [
      keyOf({}),
      keyOf({}, 1),
      keyOf({ execution: '8' }),
      keyOf({ node: 'other' }),
      keyOf({ run: 1 }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('is that of the first execution when it is retried', () => {
    const notes = {}
    const first = keyOf({ execution: '7', notes })
    expect(keyOf({ execution: '9', notes })).toBe(first)
  })

  it('is another one when an agent says something else', () => {
    expect(keyOf({ tool: true }, 0, { title: 'One' })).not.toBe(
      keyOf({ tool: true }, 0, { title: 'Two' }),
    )
  })

  it('is your own where you give one', () => {
    expect(keyOf({ own: 'order-1042' })).toBe('order-1042')
  })
})

describe('a refusal', () => {
  const told = (problem: Problem) =>
    asNodeError({ getNode: () => ({ name: 'Passwright' }) as never }, problem, 4)

  it('names every field by the words of the form', () => {
    const error = told(
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

  it('says when it can be tried again', () => {
    const headers = { 'Retry-After': '60' }
    const error = told(new Problem('quota_exceeded', 'Rate limit exceeded.', { headers }))
    expect(error.message).toBe('Rate limit exceeded.')
    expect(error.description).toBe('It can be tried again in 60 seconds.')
  })
})

it('asks for every field of a pass that there is something to choose for', () => {
  const create = properties.filter((each) =>
    each.displayOptions?.show?.operation?.includes('create'),
  )
  const names = create.flatMap((each) =>
    each.type === 'collection' ? (each.options ?? []).map(({ name }) => name) : [each.name],
  )
  const wanted = fields
    .filter(({ choices }) => choices?.length !== 1)
    .flatMap(({ key, items = [], kind }) =>
      kind === 'object' ? items.map((item) => item.key) : [key],
    )
  expect(names).toEqual(expect.arrayContaining(wanted))
})
