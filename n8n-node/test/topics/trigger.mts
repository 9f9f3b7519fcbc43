import { describe, expect, it } from 'vitest'
import { buildWebhookHeaders } from '../../../service/src/webhooks/signing.ts'
import { eventually } from '../../../service/test/support/eventually.ts'
import type { Tools } from '../host/tools.mts'
import { chain, type Node } from '../host/workflow.mts'
import { isSameEverywhere } from './file-bytes.mts'

/** The trigger from its activation to its end. */
export function trigger(tools: Tools): void {
  const { run, first, club } = tools
  describe('the trigger', () => {
    let workflowId: string
    let known = 0
    const hooks = async () =>
      (
        await tools.house.ask<{ webhooks: { id: string; url: string; events: string[] }[] }>(
          '/api/webhooks',
        )
      ).webhooks
    const trigger = (events: string[]): Node => ({
      name: 'Trigger',
      type: 'n8n-nodes-passwright.passwrightTrigger',
      webhookId: 'c4d5f5b0-8a4b-4a57-9c1e-000000000001',
      parameters: { events },
      credentials: { passwrightApi: { id: tools.house.credential, name: 'Passwright' } },
    })
    const next = () => tools.house.n8n.next(workflowId, known++)
    const noOp: Node = { name: 'Nothing', type: 'n8n-nodes-base.noOp' }

    it('subscribes the chosen events when it is activated', async () => {
      workflowId = await tools.house.n8n.addWorkflow(
        chain('trigger', [trigger(['pass.voided', 'pass.unvoided']), noOp]),
      )
      await tools.house.n8n.activate(workflowId)
      expect(await eventually(hooks, (found) => found.length > 0)).toEqual([
        expect.objectContaining({
          url: expect.stringContaining('/webhook/'),
          events: ['pass.voided', 'pass.unvoided'],
          description: 'n8n: trigger',
        }),
      ])
    })

    it('starts the workflow with the event, and only with those chosen', async () => {
      const { serialNumber } = first(await run('create', club)).json
      await tools.house.ask(`/api/passes/${serialNumber}/void`, {})
      const execution = await next()
      expect(execution.outputs('Trigger')[0]?.[0]?.json).toMatchObject({
        type: 'pass.voided',
        data: { serialNumber, voided: true },
      })
    })

    it('refuses what is forged, changed, or replayed late', async () => {
      const [hook] = await hooks()
      const { secret } = await tools.house.ask<{ secret: string }>(
        `/api/webhooks/${hook?.id}/rotate`,
        {},
      )
      const body = JSON.stringify({ id: 'evt_1', type: 'pass.voided', data: {} })
      const deliver = (sent: string, signedBody: string, at: Date, key = secret) =>
        fetch(hook?.url ?? '', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...buildWebhookHeaders({ id: 'evt_1', body: signedBody, now: at, secrets: [key] }),
          },
          body: sent,
        }).then(({ status }) => status)
      const now = new Date()
      // The trigger knows the secret from before the rotation: the new one is a stranger's to it.
      expect(await deliver(body, body, now)).toBe(401)

      await tools.house.n8n.deactivate(workflowId)
      await eventually(hooks, (found) => found.length === 0)
      await tools.house.n8n.activate(workflowId)
      await eventually(hooks, (found) => found.length === 1)
    })

    it('takes a genuine delivery up to five minutes late, and no later', async () => {
      // The secret is shown only to n8n, which keeps it with the workflow.
      const [hook] = await hooks()
      const stored = await tools.house.n8n.rest<{ staticData: unknown }>(`/workflows/${workflowId}`)
      const secret = /"secret":"(whsec_[^"]+)"/.exec(JSON.stringify(stored.staticData))?.[1] ?? ''
      const deliver = async (lateBy: number, sent = '{"id":"evt_2"}') => {
        const signed = buildWebhookHeaders({
          id: 'evt_2',
          body: '{"id":"evt_2"}',
          now: new Date(Date.now() - lateBy * 1000),
          secrets: [secret],
        })
        const headers = { 'content-type': 'application/json', ...signed }
        return (await fetch(hook?.url ?? '', { method: 'POST', headers, body: sent })).status
      }
      await eventually(
        () => deliver(400),
        (status) => status === 401,
      )
      expect(await deliver(290)).toBe(200)
      await next()
      expect(await deliver(310)).toBe(401)
      expect(await deliver(-310)).toBe(401)
      expect(await deliver(0, '{"id":"evt_3"}')).toBe(401)
      expect((await fetch(hook?.url ?? '', { method: 'POST' })).status).toBe(401)
    })

    it('has a subscription of its own while one tests it in the editor', async () => {
      const workflowData = await tools.house.n8n.rest(`/workflows/${workflowId}`)
      await tools.house.n8n.rest(`/workflows/${workflowId}/run`, {
        workflowData,
        triggerToStartFrom: { name: 'Trigger' },
      })
      const both = await hooks()
      expect(both.map(({ url }) => /webhook(-test)?\//.exec(url)?.[0]).sort()).toEqual([
        'webhook-test/',
        'webhook/',
      ])
      const { serialNumber } = first(await run('create', club)).json
      await tools.house.ask(`/api/passes/${serialNumber}/void`, {})
      // One event, two subscriptions: the test's execution and the production one.
      await next()
      await next()
      await eventually(hooks, (found) => found.length === 1)
    })

    it('survives a restart without a second subscription, and so does the rest with files in the database', async () => {
      const before = await hooks()
      await tools.house.n8n.halt()
      await tools.house.n8n.boot({ N8N_DEFAULT_BINARY_DATA_MODE: 'database' })
      const made = first(await run('create', club))
      await eventually(
        async () => (await fetch(before[0]?.url ?? '', { method: 'POST' })).status,
        (status) => status === 401,
      )
      expect(await hooks()).toEqual(before)
      await tools.house.ask(`/api/passes/${made.json.serialNumber}/void`, {})
      expect((await next()).outputs('Trigger')[0]?.[0]?.json).toMatchObject({ type: 'pass.voided' })

      expect(made.binary?.data?.id).toMatch(/^database:/)
      await isSameEverywhere(tools, 'database')
    })

    it('ends its subscription when it is deactivated, also one that is gone already', async () => {
      const [hook] = await hooks()
      await tools.house.ask(`/api/webhooks/${hook?.id}`, undefined, 'DELETE')
      await tools.house.n8n.deactivate(workflowId)
      await eventually(
        () => fetch(hook?.url ?? '', { method: 'POST' }),
        ({ status }) => status === 404,
      )
      expect(await hooks()).toEqual([])
    })
  })
}
