import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { Fixtures } from '../support/fixtures.mts'
import { onePixelPng } from '../support/pass-file.mts'
import { buildPasswrightNode, buildWebhookNode, buildWorkflow } from '../support/workflow.mts'

/** Tests that nothing is done twice when an execution is retried. */
export function testIdempotency(fixtures: Fixtures): void {
  const { samplePass, findMails, postToWebhook } = fixtures
  it('creates no second pass and sends no second email when an execution is retried', async () => {
    let isAvailable = false
    const imageServer = createServer((_, response) => {
      response.statusCode = isAvailable ? 200 : 404
      response.end(onePixelPng)
    }).listen(0, '127.0.0.1')
    await once(imageServer, 'listening')
    const { n8n, smtp, credentialId, request } = fixtures.env
    try {
      const logoURL = `http://127.0.0.1:${(imageServer.address() as AddressInfo).port}/logo.png`
      const workflowId = await n8n.addWorkflow(
        buildWorkflow('retried', [
          buildWebhookNode('retried'),
          {
            name: 'Split',
            type: 'n8n-nodes-base.splitOut',
            parameters: { fieldToSplitOut: 'body.members' },
          },
          buildPasswrightNode(credentialId, 'createAndSend', {
            ...samplePass,
            to: '={{ $json.email }}',
            images: { logoURL: '={{ $json.logo ?? "" }}' },
            reference: { metadata: { entries: [{ key: 'batch', value: 'retried' }] } },
            options: { itemsAtOnce: 1 },
          }),
        ]),
      )
      await n8n.activate(workflowId)
      await postToWebhook('retried', {
        members: [{ email: 'one@example.com' }, { email: 'two@example.com', logo: logoURL }],
      })
      const failed = await n8n.waitForNextExecution(workflowId, 0)
      expect(failed.error?.message).toMatch(/^Logo: /)

      isAvailable = true
      const retried = await n8n.retry(failed.id)
      expect(retried.status).toBe('success')
      const { passes } = await request<{ passes: unknown[] }>('/api/passes?metadata[batch]=retried')
      expect(passes).toHaveLength(2)
      await smtp.waitUntil(() => findMails('two@example.com').length === 1, 15_000)
      await smtp.waitUntil(() => findMails('one@example.com').length > 0, 15_000)
      expect(findMails('one@example.com')).toHaveLength(1)
    } finally {
      imageServer.close()
    }
  })
}
