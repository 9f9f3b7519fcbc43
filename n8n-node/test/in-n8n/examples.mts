import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import type { Execution } from '../support/execution.mts'
import type { Fixtures } from '../support/fixtures.mts'
import type { Workflow } from '../support/n8n.mts'
import { packageRoot } from '../support/package.mts'
import { extractAttachedPass, readPassJson } from '../support/pass-file.mts'

/** Tests the workflows in examples/. */
export function testExamples(fixtures: Fixtures): void {
  const { runOperation, getFirstItem, samplePass, findMails } = fixtures
  describe('the example', () => {
    /** Imports an example with our credential; `replacements` adapt its paths and URLs to this machine. */
    const importExample = async (file: string, replacements: Record<string, string> = {}) => {
      let json = readFileSync(join(packageRoot, 'examples', file), 'utf8')
      for (const [from, to] of Object.entries(replacements)) json = json.replaceAll(from, to)
      const workflow = JSON.parse(json) as Workflow
      for (const node of workflow.nodes) {
        if (node.credentials) {
          node.credentials = {
            passwrightApi: { id: fixtures.env.credentialId, name: 'Passwright' },
          }
        }
      }
      return fixtures.env.n8n.addWorkflow(workflow)
    }

    it('"Form to pass by email" sends the pass to the person who submitted the form', async () => {
      const id = await importExample('form-to-pass-by-email.json')
      await fixtures.env.n8n.activate(id)
      const formData = new FormData()
      formData.set('field-0', 'Linus Example')
      formData.set('field-1', 'linus@example.com')
      const formUrl = `${fixtures.env.n8n.url}/form/5e0b1b1e-2d2a-4f2e-9a55-0a9a1f6f0002`
      await waitFor(
        () => fetch(formUrl, { method: 'POST', body: formData }),
        ({ status }) => status === 200,
      )
      expect((await fixtures.env.n8n.waitForNextExecution(id, 0)).status).toBe('success')
      await fixtures.env.smtp.waitUntil(() => findMails('linus@example.com').length > 0, 15_000)
      const [mail = Buffer.alloc(0)] = findMails('linus@example.com')
      expect(mail.toString()).toContain('Welcome, Linus Example!')
      expect(JSON.stringify(readPassJson(extractAttachedPass(mail)))).toContain('Linus Example')
    })

    it('"Rows to passes to files" writes a file for each row, and updates the same passes when it runs again', async () => {
      const id = await importExample('rows-to-passes-to-files.json', {
        '/home/node/.n8n-files': fixtures.env.n8n.filesFolder,
      })
      const csvPath = join(fixtures.env.n8n.filesFolder, 'members.csv')
      writeFileSync(csvPath, 'id,name,fee\n1,Ada Example,48.5\n2,Grace Example,30\n')
      const listSerialNumbers = (execution: Execution) =>
        execution.outputs('Create the Passes')[0]?.map(({ json }) => json.serialNumber)
      const before = await fixtures.env.n8n.run(id, 'Start')
      expect(before.status).toBe('success')
      const readCard = () =>
        readPassJson(readFileSync(join(fixtures.env.n8n.filesFolder, 'member-2.pkpass')))
      expect(JSON.stringify(readCard())).toContain('Grace Example')
      expect(
        readFileSync(join(fixtures.env.n8n.filesFolder, 'member-1.pkpass')).length,
      ).toBeGreaterThan(1000)

      writeFileSync(csvPath, 'id,name,fee\n1,Ada Example,48.5\n2,Grace Newname,30\n')
      const after = await fixtures.env.n8n.run(id, 'Start')
      expect(listSerialNumbers(after)).toEqual(listSerialNumbers(before))
      expect(JSON.stringify(readCard())).toContain('Grace Newname')
    })

    it('"Email failed: notify the team" posts the reason to the chat', async () => {
      const posts: string[] = []
      const chat = createServer(async (request, response) => {
        posts.push(await text(request))
        response.end('ok')
      }).listen(0, '127.0.0.1')
      await once(chat, 'listening')
      try {
        const id = await importExample('email-failed-to-team.json', {
          'https://chat.example.com': `http://127.0.0.1:${(chat.address() as AddressInfo).port}`,
        })
        await fixtures.env.n8n.activate(id)
        await waitFor(
          () => fixtures.env.request<{ webhooks: { events: string[] }[] }>('/api/webhooks'),
          ({ webhooks }) => webhooks.some(({ events }) => events.includes('email.failed')),
        )
        await fixtures.env.smtp.setBehaviour('550')
        const { serialNumber } = getFirstItem(await runOperation('create', samplePass)).json
        await fixtures.env.request(`/api/passes/${serialNumber}/email`, {
          to: 'nobody@example.com',
        })
        expect(
          await waitFor(
            () => posts,
            (found) => found.length > 0,
          ),
        ).toEqual([expect.stringMatching(/nobody@example\.com was not delivered: .*550.*\/p\//)])
      } finally {
        await fixtures.env.smtp.setBehaviour('no-starttls')
        chat.close()
      }
    })
  })
}
