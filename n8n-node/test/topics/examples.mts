import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { eventually } from '../../../service/test/support/eventually.ts'
import type { Execution, Workflow } from '../host/n8n.mts'
import { root } from '../host/package.mts'
import { attachedPass, passJson } from '../host/pass-file.mts'
import type { Tools } from '../host/tools.mts'

/** The workflows in examples/, as a person imports them. */
export function examples(tools: Tools): void {
  const { run, first, club, mailsTo } = tools
  describe('the example', () => {
    /** An example as a person imports it and chooses the credential, with some of its words put right for this machine. */
    const imported = async (file: string, words: Record<string, string> = {}) => {
      let read = readFileSync(join(root, 'examples', file), 'utf8')
      for (const [one, other] of Object.entries(words)) read = read.replaceAll(one, other)
      const workflow = JSON.parse(read) as Workflow
      for (const node of workflow.nodes) {
        if (node.credentials) {
          node.credentials = { passwrightApi: { id: tools.house.credential, name: 'Passwright' } }
        }
      }
      return tools.house.n8n.addWorkflow(workflow)
    }

    it('form to pass by email mails the card to who filled in the form', async () => {
      const id = await imported('form-to-pass-by-email.json')
      await tools.house.n8n.activate(id)
      const answers = new FormData()
      answers.set('field-0', 'Linus Example')
      answers.set('field-1', 'linus@example.com')
      const form = `${tools.house.n8n.url}/form/5e0b1b1e-2d2a-4f2e-9a55-0a9a1f6f0002`
      await eventually(
        () => fetch(form, { method: 'POST', body: answers }),
        ({ status }) => status === 200,
      )
      expect((await tools.house.n8n.next(id, 0)).status).toBe('success')
      await tools.house.mail.until(() => mailsTo('linus@example.com').length > 0, 15_000)
      const [mail = Buffer.alloc(0)] = mailsTo('linus@example.com')
      expect(mail.toString()).toContain('Welcome, Linus Example!')
      expect(JSON.stringify(passJson(attachedPass(mail)))).toContain('Linus Example')
    })

    it('rows to passes to files writes a file for each row, and keeps the passes when it runs again', async () => {
      const id = await imported('rows-to-passes-to-files.json', {
        '/home/node/.n8n-files': tools.house.n8n.files,
      })
      const rows = join(tools.house.n8n.files, 'members.csv')
      writeFileSync(rows, 'id,name,fee\n1,Ada Example,48.5\n2,Grace Example,30\n')
      const serials = (execution: Execution) =>
        execution.outputs('Make the Cards')[0]?.map(({ json }) => json.serialNumber)
      const before = await tools.house.n8n.run(id, 'Start')
      expect(before.status).toBe('success')
      const card = () => passJson(readFileSync(join(tools.house.n8n.files, 'member-2.pkpass')))
      expect(JSON.stringify(card())).toContain('Grace Example')
      expect(readFileSync(join(tools.house.n8n.files, 'member-1.pkpass')).length).toBeGreaterThan(
        1000,
      )

      writeFileSync(rows, 'id,name,fee\n1,Ada Example,48.5\n2,Grace Newname,30\n')
      const after = await tools.house.n8n.run(id, 'Start')
      expect(serials(after)).toEqual(serials(before))
      expect(JSON.stringify(card())).toContain('Grace Newname')
    })

    it('email failed tells the team why', async () => {
      const told: string[] = []
      const chat = createServer(async (request, response) => {
        told.push(await text(request))
        response.end('ok')
      }).listen(0, '127.0.0.1')
      await once(chat, 'listening')
      try {
        const id = await imported('email-failed-to-team.json', {
          'https://chat.example.com': `http://127.0.0.1:${(chat.address() as AddressInfo).port}`,
        })
        await tools.house.n8n.activate(id)
        await eventually(
          () => tools.house.ask<{ webhooks: { events: string[] }[] }>('/api/webhooks'),
          ({ webhooks }) => webhooks.some(({ events }) => events.includes('email.failed')),
        )
        await tools.house.mail.behave('550')
        const { serialNumber } = first(await run('create', club)).json
        await tools.house.ask(`/api/passes/${serialNumber}/email`, { to: 'nobody@example.com' })
        expect(
          await eventually(
            () => told,
            (lines) => lines.length > 0,
          ),
        ).toEqual([expect.stringMatching(/nobody@example\.com was not delivered: .*550.*\/p\//)])
      } finally {
        await tools.house.mail.behave('no-starttls')
        chat.close()
      }
    })
  })
}
