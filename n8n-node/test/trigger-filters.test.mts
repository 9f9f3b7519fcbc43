import { createHmac } from 'node:crypto'
import type { IWebhookFunctions } from 'n8n-workflow'
import { expect, it } from 'vitest'
import { receiveEvent } from '../nodes/PasswrightTrigger/receive.ts'

const secret = 'whsec_YQ=='
const event = {
  id: 'evt_1',
  type: 'pass.updated',
  data: { externalId: 'm-1', metadata: { club: 'riverside', row: '7' } },
}

/** Delivers the event, signed, to a trigger with these filters; returns whether the workflow starts. */
async function starts(
  filters: unknown,
  data: object = event.data,
  type = event.type,
): Promise<boolean> {
  const body = Buffer.from(JSON.stringify({ ...event, type, data }))
  const timestamp = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', Buffer.from('YQ==', 'base64'))
    .update(`evt_1.${timestamp}.${body}`)
    .digest('base64')
  const context = {
    getNodeParameter: () => filters,
    getRequestObject: () => ({ rawBody: body }),
    getHeaderData: () => ({
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    }),
    getBodyData: () => JSON.parse(body.toString()),
    getWorkflowStaticData: () => ({ hook: { id: 'whk_1', secret } }),
    helpers: { returnJsonArray: (items: object[]) => items.map((json) => ({ json })) },
  }
  const { workflowData, noWebhookResponse } = await receiveEvent(
    context as unknown as IWebhookFunctions,
  )
  expect(noWebhookResponse).toBeUndefined()
  return workflowData !== undefined
}

const pairs = (...entries: object[]) => ({ metadata: { entries } })

it.each<[string, unknown, boolean]>([
  ['no filter', {}, true],
  ['nothing at all', null, true],
  ['an empty own ID', { externalId: ' ' }, true],
  ['its own ID', { externalId: ' m-1\n' }, true],
  ['another own ID', { externalId: 'm-2' }, false],
  ['its metadata', pairs({ key: 'club', value: 'riverside' }, { key: 'row', value: 7 }), true],
  ['an empty pair', pairs({ key: '', value: '' }), true],
  ['other metadata', pairs({ key: 'club', value: 'riverside' }, { key: 'row', value: '8' }), false],
  ['metadata that it lacks', pairs({ key: 'city', value: 'Vienna' }), false],
  ['one of two filters', { externalId: 'm-1', ...pairs({ key: 'row', value: '8' }) }, false],
])('an event of a pass with %s starts the workflow: %s', async (_name, filters, expected) => {
  expect(await starts(filters)).toBe(expected)
})

it('an event without a pass starts a workflow only without filters', async () => {
  expect(await starts({}, {})).toBe(true)
  expect(await starts({ externalId: 'm-1' }, {})).toBe(false)
})

it('an expiring certificate starts the workflow, whatever passes it is limited to', async () => {
  const certificate = { passTypeIdentifier: 'pass.com.example.card', daysLeft: 30 }
  expect(await starts({ externalId: 'm-1' }, certificate, 'certificate.expiring')).toBe(true)
})
