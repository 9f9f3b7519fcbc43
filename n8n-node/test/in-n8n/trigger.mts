import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { buildWebhookHeaders } from '../../../service/src/webhooks/signing.ts'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import type { Fixtures } from '../support/fixtures.mts'
import { buildWorkflow, type Node, selectBySerialNumber } from '../support/workflow.mts'
import { expectIdenticalFiles } from './file-bytes.mts'

/** Tests the trigger from its activation to its deactivation. */
export function testTrigger(fixtures: Fixtures): void {
  const { runOperation, getFirstItem, samplePass } = fixtures
  describe('the trigger', () => {
    let workflowId: string
    let executionCount = 0
    const listWebhooks = async () =>
      (
        await fixtures.env.request<{
          webhooks: { id: string; url: string; events: string[]; description?: string }[]
        }>('/api/webhooks')
      ).webhooks
    const buildTrigger = (events: string[]): Node => ({
      name: 'Trigger',
      type: 'n8n-nodes-passwright.passwrightTrigger',
      // Of its own, because n8n frees that of a deactivated workflow some time later.
      webhookId: randomUUID(),
      parameters: { events },
      credentials: { passwrightApi: { id: fixtures.env.credentialId, name: 'Passwright' } },
    })
    const waitForNext = () => fixtures.env.n8n.waitForNextExecution(workflowId, executionCount++)
    const noOp: Node = { name: 'Nothing', type: 'n8n-nodes-base.noOp' }

    it('subscribes to the selected events when it is activated', async () => {
      workflowId = await fixtures.env.n8n.addWorkflow(
        buildWorkflow('trigger', [buildTrigger(['pass.voided', 'pass.unvoided']), noOp]),
      )
      await fixtures.env.n8n.activate(workflowId)
      expect(await waitFor(listWebhooks, (found) => found.length > 0)).toEqual([
        expect.objectContaining({
          url: expect.stringContaining('/webhook/'),
          events: ['pass.voided', 'pass.unvoided'],
          description: 'n8n: trigger',
        }),
      ])
    })

    it('starts the workflow with the event, and only for the selected events', async () => {
      const { serialNumber } = getFirstItem(await runOperation('create', samplePass)).json
      await fixtures.env.request(`/api/passes/${serialNumber}/void`, {})
      const execution = await waitForNext()
      expect(execution.outputs('Trigger')[0]?.[0]?.json).toMatchObject({
        type: 'pass.voided',
        data: { serialNumber, voided: true },
      })
    })

    it('rejects a delivery signed with another secret', async () => {
      const [webhook] = await listWebhooks()
      const { secret } = await fixtures.env.request<{ secret: string }>(
        `/api/webhooks/${webhook?.id}/rotate`,
        {},
      )
      const body = JSON.stringify({ id: 'evt_1', type: 'pass.voided', data: {} })
      const response = await fetch(webhook?.url ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...buildWebhookHeaders({ id: 'evt_1', body, now: new Date(), secrets: [secret] }),
        },
        body,
      })
      // The trigger still has the secret from before the rotation.
      expect(response.status).toBe(401)

      await fixtures.env.n8n.deactivate(workflowId)
      await waitFor(listWebhooks, (found) => found.length === 0)
      await fixtures.env.n8n.activate(workflowId)
      await waitFor(listWebhooks, (found) => found.length === 1)
    })

    it('accepts a signed delivery up to five minutes late, and rejects one that is later, early, modified or unsigned', async () => {
      // The service returned the secret only to n8n, which stores it with the workflow.
      const [webhook] = await listWebhooks()
      const stored = await fixtures.env.n8n.request<{ staticData: unknown }>(
        `/workflows/${workflowId}`,
      )
      const secret = /"secret":"(whsec_[^"]+)"/.exec(JSON.stringify(stored.staticData))?.[1] ?? ''
      const deliver = async (lateBySeconds: number, sent = '{"id":"evt_2"}') => {
        const signed = buildWebhookHeaders({
          id: 'evt_2',
          body: '{"id":"evt_2"}',
          now: new Date(Date.now() - lateBySeconds * 1000),
          secrets: [secret],
        })
        const headers = { 'content-type': 'application/json', ...signed }
        return (await fetch(webhook?.url ?? '', { method: 'POST', headers, body: sent })).status
      }
      await waitFor(
        () => deliver(400),
        (status) => status === 401,
      )
      expect(await deliver(290)).toBe(200)
      await waitForNext()
      expect(await deliver(310)).toBe(401)
      expect(await deliver(-310)).toBe(401)
      expect(await deliver(0, '{"id":"evt_3"}')).toBe(401)
      expect((await fetch(webhook?.url ?? '', { method: 'POST' })).status).toBe(401)
    })

    it('has a separate subscription during a test in the editor', async () => {
      const { n8n } = fixtures.env
      // The workflow of the other tests does not hear of what happens here.
      const id = await n8n.addWorkflow(
        buildWorkflow('separate', [buildTrigger(['pass.deleted']), noOp]),
      )
      const listOwn = async () =>
        (await listWebhooks()).filter(({ description }) => description === 'n8n: separate')
      await n8n.activate(id)
      await waitFor(listOwn, (found) => found.length === 1)
      await n8n.request(`/workflows/${id}/run`, {
        workflowData: await n8n.request(`/workflows/${id}`),
        triggerToStartFrom: { name: 'Trigger' },
      })
      const both = await waitFor(listOwn, (found) => found.length === 2)
      expect(both.map(({ url }) => /webhook(-test)?\//.exec(url)?.[0]).sort()).toEqual([
        'webhook-test/',
        'webhook/',
      ])
      const { serialNumber } = getFirstItem(await runOperation('create', samplePass)).json
      await fixtures.env.request(`/api/passes/${serialNumber}`, undefined, 'DELETE')
      // One event for two subscriptions starts two executions: one of the test and one in production.
      await n8n.waitForNextExecution(id, 0)
      await n8n.waitForNextExecution(id, 1)
      await waitFor(listOwn, (found) => found.length === 1)
      await n8n.deactivate(id)
      await waitFor(listOwn, (found) => found.length === 0)
    })

    it('keeps its one subscription after a restart, and keeps files byte for byte in database mode', async () => {
      const before = await listWebhooks()
      await fixtures.env.n8n.stopProcess()
      await fixtures.env.n8n.startProcess({ N8N_DEFAULT_BINARY_DATA_MODE: 'database' })
      const created = getFirstItem(await runOperation('create', samplePass))
      await waitFor(
        async () => (await fetch(before[0]?.url ?? '', { method: 'POST' })).status,
        (status) => status === 401,
      )
      expect(await listWebhooks()).toEqual(before)
      await fixtures.env.request(`/api/passes/${created.json.serialNumber}/void`, {})
      expect((await waitForNext()).outputs('Trigger')[0]?.[0]?.json).toMatchObject({
        type: 'pass.voided',
      })

      expect(created.binary?.data?.id).toMatch(/^database:/)
      await expectIdenticalFiles(fixtures, 'database')
    })

    it('unsubscribes when it is deactivated, even if the webhook is already gone', async () => {
      const [webhook] = await listWebhooks()
      await fixtures.env.request(`/api/webhooks/${webhook?.id}`, undefined, 'DELETE')
      await fixtures.env.n8n.deactivate(workflowId)
      await waitFor(
        () => fetch(webhook?.url ?? '', { method: 'POST' }),
        ({ status }) => status === 404,
      )
      expect(await listWebhooks()).toEqual([])
    })

    it('with filters starts the workflow only for passes that match, and accepts the other events', async () => {
      const metadata = { entries: [{ key: 'club', value: 'riverside' }] }
      const trigger = buildTrigger(['pass.voided'])
      const filtered = await fixtures.env.n8n.addWorkflow(
        buildWorkflow('filtered', [
          { ...trigger, parameters: { ...trigger.parameters, filters: { metadata } } },
          noOp,
        ]),
      )
      await fixtures.env.n8n.activate(filtered)
      const [webhook] = await waitFor(listWebhooks, (found) => found.length > 0)
      for (const reference of [{}, { metadata }]) {
        const made = await runOperation('create', { ...samplePass, reference })
        const { serialNumber } = getFirstItem(made).json
        await fixtures.env.request(`/api/passes/${serialNumber}/void`, {})
      }
      const execution = await fixtures.env.n8n.waitForNextExecution(filtered, 0)
      expect(execution.outputs('Trigger')[0]?.[0]?.json).toMatchObject({
        data: { metadata: { club: 'riverside' } },
      })
      await waitFor(
        () =>
          fixtures.env.request<{ deliveries: { state: string }[] }>(
            `/api/webhooks/${webhook?.id}/deliveries`,
          ),
        (reply) => reply.deliveries.filter(({ state }) => state === 'delivered').length === 2,
      )
      expect(await fixtures.env.n8n.listExecutions(filtered)).toHaveLength(1)
      await fixtures.env.n8n.deactivate(filtered)
    })

    it('starts the workflow once when a counter reaches its maximum', async () => {
      const reached = await fixtures.env.n8n.addWorkflow(
        buildWorkflow('reached', [buildTrigger(['pass.counter_reached', 'pass.installed']), noOp]),
      )
      await fixtures.env.n8n.activate(reached)
      await waitFor(listWebhooks, (found) => found.length > 0)
      const back = { entries: [{ label: 'Stamps', value: 8, more: { key: 'stamps' } }] }
      const made = await runOperation('create', { ...samplePass, fields: { backFields: back } })
      const { serialNumber } = getFirstItem(made).json
      const parameters = {
        pass: selectBySerialNumber(String(serialNumber)),
        field: 'stamps',
        by: 1,
        options: { max: 10 },
      }
      for (let times = 0; times < 3; times += 1) await runOperation('addToCounter', parameters)
      const execution = await fixtures.env.n8n.waitForNextExecution(reached, 0)
      expect(execution.outputs('Trigger')[0]?.[0]?.json).toMatchObject({
        type: 'pass.counter_reached',
        data: { serialNumber, counter: { field: 'stamps', value: 10, max: 10 } },
      })
      expect(await fixtures.env.n8n.listExecutions(reached)).toHaveLength(1)
      await fixtures.env.n8n.deactivate(reached)
    })
  })
}
