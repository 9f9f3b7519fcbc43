import type { IHookFunctions, IHttpRequestOptions } from 'n8n-workflow'
import { expect, it } from 'vitest'
import { isSubscribed, subscribe, unsubscribe } from '../nodes/PasswrightTrigger/hooks.ts'

const url = 'https://n8n.example.com/webhook/1/webhook'

interface Hook {
  id: string
  url: string
  events: string[] | null
  enabled: boolean
}

/** A trigger before a service that has these hooks; `refuses` is what it answers to everything. */
function trigger({
  hooks = [],
  notes = {},
  events = ['pass.created'],
  refuses,
  isKnown = false,
}: {
  hooks?: Hook[]
  notes?: object
  events?: string[]
  refuses?: { status: number; code: string }
  /** Whether the service had the hook already, so that it shows no secret. */
  isKnown?: boolean
}) {
  const asked: string[] = []
  const answer = ({ method, url: address, body }: IHttpRequestOptions) => {
    const path = address.replace('https://passes.example.com/api/webhooks', '')
    asked.push(`${method} ${path}`.trim())
    if (refuses) return { statusCode: refuses.status, json: { error: 'No.', code: refuses.code } }
    if (method === 'GET') return { statusCode: 200, json: { webhooks: hooks } }
    if (method === 'DELETE') return { statusCode: 204 }
    if (path.endsWith('/rotate'))
      return { statusCode: 200, json: { id: 'whk_2', secret: 'whsec_bmV3' } }
    const wanted = JSON.parse(String(body)) as object
    return {
      statusCode: 201,
      json: { id: 'whk_2', ...wanted, ...(isKnown ? {} : { secret: 'whsec_YQ==' }) },
    }
  }
  const context = {
    getNode: () => ({ name: 'Passwright Trigger' }),
    getNodeParameter: () => events,
    getNodeWebhookUrl: () => url,
    getWorkflow: () => ({ name: 'Doors' }),
    getWorkflowStaticData: () => notes,
    getCredentials: async () => ({ baseUrl: 'https://passes.example.com/' }),
    helpers: {
      httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) => {
        const { statusCode, json } = answer(options) as { statusCode: number; json?: unknown }
        return { statusCode, headers: {}, body: Buffer.from(JSON.stringify(json ?? null)) }
      },
    },
  }
  return { context: context as unknown as IHookFunctions, asked, notes: notes as { hook?: object } }
}

const mine: Hook = { id: 'whk_1', url, events: ['pass.created'], enabled: true }
const kept = { hook: { id: 'whk_1', secret: 'whsec_YQ==' } }

it.each<[string, Hook[], object, boolean]>([
  ['it is there', [mine], kept, true],
  ['it is gone', [], kept, false],
  ['it wants other events', [{ ...mine, events: ['pass.voided'] }], kept, false],
  ['it is switched off', [{ ...mine, enabled: false }], kept, false],
  ['it is at another address', [{ ...mine, url: `${url}2` }], kept, false],
  ['it is another one, whose secret nobody has', [{ ...mine, id: 'whk_9' }], kept, false],
  ['nothing was kept', [mine], {}, false],
])('a trigger looks whether its subscription stands: %s', async (_name, hooks, notes, stands) => {
  expect(await isSubscribed(trigger({ hooks, notes }).context)).toBe(stands)
})

it('a trigger ends what an earlier life left at its address, and nothing else, before it subscribes', async () => {
  const elsewhere = { ...mine, id: 'whk_8', url: `${url}2` }
  const { context, asked, notes } = trigger({ hooks: [mine, elsewhere] })
  expect(await subscribe(context)).toBe(true)
  expect(asked).toEqual(['GET', 'DELETE /whk_1', 'POST'])
  expect(notes).toEqual({ hook: { id: 'whk_2', secret: 'whsec_YQ==' } })
})

it('a trigger asks for a new secret when it is shown none', async () => {
  const { context, notes } = trigger({ isKnown: true })
  await subscribe(context)
  expect(notes).toEqual({ hook: { id: 'whk_2', secret: 'whsec_bmV3' } })
})

it('a trigger without events says so', async () => {
  await expect(subscribe(trigger({ events: [] }).context)).rejects.toThrow('Events is empty')
})

it('a subscription that is gone already is ended', async () => {
  const { context, notes } = trigger({
    notes: { ...kept },
    refuses: { status: 404, code: 'not_found' },
  })
  expect(await unsubscribe(context)).toBe(true)
  expect(notes).toEqual({})
})

it('a subscription that could not be ended is kept in mind', async () => {
  const { context, notes } = trigger({
    notes: { ...kept },
    refuses: { status: 503, code: 'not_ready' },
  })
  await expect(unsubscribe(context)).rejects.toThrow('No.')
  expect(notes).toEqual(kept)
})
