import type { IHookFunctions, IHttpRequestOptions } from 'n8n-workflow'
import { expect, it } from 'vitest'
import { isSubscribed, subscribe, unsubscribe } from '../nodes/PasswrightTrigger/hooks.ts'

const url = 'https://n8n.example.com/webhook/1/webhook'

interface Webhook {
  id: string
  url: string
  events: string[] | null
  enabled: boolean
}

/** Creates the context of a trigger whose service has these webhooks and, with `error`, responds to every request with it. */
function createContext({
  webhooks = [],
  staticData = {},
  events = ['pass.created'],
  error,
  returnsSecret = true,
}: {
  webhooks?: Webhook[]
  staticData?: object
  events?: string[]
  error?: { status: number; code: string; issues?: object[] }
  /** Whether creating a webhook returns its secret: not if the webhook existed already. */
  returnsSecret?: boolean
}) {
  const requests: string[] = []
  const respond = (options: IHttpRequestOptions): { statusCode: number; json?: unknown } => {
    const path = options.url.replace('https://passes.example.com/api/webhooks', '')
    requests.push(`${options.method} ${path}`.trim())
    if (error) return { statusCode: error.status, json: { error: 'No.', ...error } }
    if (options.method === 'GET') return { statusCode: 200, json: { webhooks } }
    if (options.method === 'DELETE') return { statusCode: 204 }
    if (path.endsWith('/rotate'))
      return { statusCode: 200, json: { id: 'whk_2', secret: 'whsec_bmV3' } }
    const body = JSON.parse(String(options.body)) as object
    const secret = returnsSecret ? { secret: 'whsec_YQ==' } : {}
    return { statusCode: 201, json: { id: 'whk_2', ...body, ...secret } }
  }
  const context = {
    getNode: () => ({ name: 'Passwright Trigger' }),
    getNodeParameter: () => events,
    getNodeWebhookUrl: () => url,
    getWorkflow: () => ({ name: 'Doors' }),
    getWorkflowStaticData: () => staticData,
    getCredentials: async () => ({ baseUrl: 'https://passes.example.com/' }),
    helpers: {
      httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) => {
        const { statusCode, json } = respond(options)
        return { statusCode, headers: {}, body: Buffer.from(JSON.stringify(json ?? null)) }
      },
    },
  }
  return {
    context: context as unknown as IHookFunctions,
    requests,
    staticData: staticData as { hook?: object },
  }
}

const webhook: Webhook = { id: 'whk_1', url, events: ['pass.created'], enabled: true }
const stored = { hook: { id: 'whk_1', secret: 'whsec_YQ==' } }

it.each<[string, Webhook[], object, boolean]>([
  ['exists', [webhook], stored, true],
  ['is gone', [], stored, false],
  ['has other events', [{ ...webhook, events: ['pass.voided'] }], stored, false],
  ['is disabled', [{ ...webhook, enabled: false }], stored, false],
  ['has another URL', [{ ...webhook, url: `${url}2` }], stored, false],
  ['is another one with an unknown secret', [{ ...webhook, id: 'whk_9' }], stored, false],
  ['was never stored', [webhook], {}, false],
])(
  'a trigger checks its subscription: the webhook %s',
  async (_name, webhooks, staticData, expected) => {
    expect(await isSubscribed(createContext({ webhooks, staticData }).context)).toBe(expected)
  },
)

it('a trigger deletes older webhooks of its URL, and no others, before it subscribes', async () => {
  const otherWebhook = { ...webhook, id: 'whk_8', url: `${url}2` }
  const { context, requests, staticData } = createContext({ webhooks: [webhook, otherWebhook] })
  expect(await subscribe(context)).toBe(true)
  expect(requests).toEqual(['GET', 'DELETE /whk_1', 'POST'])
  expect(staticData).toEqual({ hook: { id: 'whk_2', secret: 'whsec_YQ==' } })
})

it('a trigger rotates the secret if creating the webhook returned none', async () => {
  const { context, staticData } = createContext({ returnsSecret: false })
  await subscribe(context)
  expect(staticData).toEqual({ hook: { id: 'whk_2', secret: 'whsec_bmV3' } })
})

it('a trigger without events fails with a message', async () => {
  await expect(subscribe(createContext({ events: [] }).context)).rejects.toThrow('Events is empty')
})

it('a trigger names what the service refuses in the words of n8n', async () => {
  const issues = [{ path: 'url', message: 'must not be a private address' }]
  const { context } = createContext({ error: { status: 400, code: 'invalid_request', issues } })
  await expect(subscribe(context)).rejects.toThrow(
    'Webhook URL of n8n: must not be a private address',
  )
})

it('a trigger unsubscribes even if its webhook is already gone', async () => {
  const { context, staticData } = createContext({
    staticData: { ...stored },
    error: { status: 404, code: 'not_found' },
  })
  expect(await unsubscribe(context)).toBe(true)
  expect(staticData).toEqual({})
})

it('a trigger keeps its stored webhook if it cannot be deleted', async () => {
  const { context, staticData } = createContext({
    staticData: { ...stored },
    error: { status: 503, code: 'not_ready' },
  })
  await expect(unsubscribe(context)).rejects.toThrow('No.')
  expect(staticData).toEqual(stored)
})
