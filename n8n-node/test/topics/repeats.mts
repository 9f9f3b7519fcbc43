import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { redDot } from '../host/pass-file.mts'
import type { Tools } from '../host/tools.mts'
import { chain, passwright, webhook } from '../host/workflow.mts'

/** The same once more makes nothing twice. */
export function repeats(tools: Tools): void {
  const { club, mailsTo, posted } = tools
  it('makes no second pass and sends no second mail when an execution is retried', async () => {
    let isThere = false
    const logo = createServer((_, response) => {
      response.statusCode = isThere ? 200 : 404
      response.end(redDot)
    }).listen(0, '127.0.0.1')
    await once(logo, 'listening')
    try {
      const logoURL = `http://127.0.0.1:${(logo.address() as AddressInfo).port}/logo.png`
      const workflowId = await tools.house.n8n.addWorkflow(
        chain('retried', [
          webhook('retried'),
          {
            name: 'Split',
            type: 'n8n-nodes-base.splitOut',
            parameters: { fieldToSplitOut: 'body.members' },
          },
          passwright(tools.house.credential, 'createAndSend', {
            ...club,
            to: '={{ $json.email }}',
            look: { logoURL: '={{ $json.logo ?? "" }}' },
            reference: { metadata: { entries: [{ key: 'batch', value: 'retried' }] } },
            options: { itemsAtOnce: 1 },
          }),
        ]),
      )
      await tools.house.n8n.activate(workflowId)
      await posted('retried', {
        members: [{ email: 'one@example.com' }, { email: 'two@example.com', logo: logoURL }],
      })
      const failed = await tools.house.n8n.next(workflowId, 0)
      expect(failed.error?.message).toMatch(/^Logo: /)

      isThere = true
      const retried = await tools.house.n8n.retry(failed.id)
      expect(retried.status).toBe('success')
      const { passes } = await tools.house.ask<{ passes: unknown[] }>(
        '/api/passes?metadata[batch]=retried',
      )
      expect(passes).toHaveLength(2)
      await tools.house.mail.until(() => mailsTo('two@example.com').length === 1, 15_000)
      expect(mailsTo('one@example.com')).toHaveLength(1)
    } finally {
      logo.close()
    }
  })
}
