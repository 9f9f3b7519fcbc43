import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import { importExample, runWithSheet } from '../support/examples.mts'
import type { Execution } from '../support/execution.mts'
import type { Fixtures } from '../support/fixtures.mts'
import { extractAttachedPass, readPassJson } from '../support/pass-file.mts'

/** Tests the workflows in examples/. */
export function testExamples(fixtures: Fixtures): void {
  const { runOperation, getFirstItem, samplePass, findMails } = fixtures
  describe('the example', () => {
    it('"Form to pass by email" sends the pass to the person who submitted the form', async () => {
      const id = await importExample(fixtures.env, 'form-to-pass-by-email.json')
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
      const id = await importExample(fixtures.env, 'rows-to-passes-to-files.json', {
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

    it('"Webhook to pass file" replies with the file', async () => {
      await fixtures.env.n8n.activate(
        await importExample(fixtures.env, 'webhook-to-pass-file.json'),
      )
      const response = await fixtures.postToWebhook('card', { id: 'hook-1', name: 'Ada Example' })
      expect(response.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
      const card = readPassJson(Buffer.from(await response.arrayBuffer()))
      expect(JSON.stringify(card)).toContain('Ada Example')
    })

    it('"Sheet rows to passes" writes a link for each good row, and all mistakes of the others', async () => {
      const execution = await runWithSheet(fixtures.env, 'sheet-rows-to-passes.json', [
        { id: 'sheet-1', name: 'Ada', email: 'sheet-1@example.com', expires: '2031-03-05' },
        { id: 'sheet-2', name: 'Grace', email: 'sheet-2@', expires: '05.03.2031' },
        { id: '', name: 'Nobody', email: null, expires: null },
        { id: 'sheet-4', name: 'Linus', email: '', expires: '' },
      ])
      const links = execution.outputs('Write the Links')[0] ?? []
      expect(links.map(({ json }) => json.externalId)).toEqual(['sheet-1', 'sheet-4'])
      expect(links[0]?.json.expirationDate).toBe('2031-03-05T22:59:59.000Z')
      const mistakes = execution.outputs('Write the Mistakes')[0] ?? []
      expect(mistakes.map(({ json }) => [json.id, json.name, json.error])).toEqual([
        ['sheet-2', 'Grace', expect.stringMatching(/^Expires On: "05\.03\.2031" is no date/)],
        ['', 'Nobody', 'Your Own ID is empty'],
      ])
    })

    it('"Void the passes of former members" voids their passes and skips rows without one', async () => {
      await runOperation('upsert', { ...samplePass, externalId: 'left-1' })
      await runOperation('upsert', { ...samplePass, externalId: 'stays-1' })
      const execution = await runWithSheet(fixtures.env, 'void-passes-of-former-members.json', [
        { id: 'left-1', status: 'Left' },
        { id: 'stays-1', status: 'active' },
        { id: 'left-2', status: 'left' },
      ])
      const output = execution.outputs('Void the Pass')[0] ?? []
      expect(output.map(({ json }) => [json.externalId ?? json.id, json.voided])).toEqual([
        ['left-1', true],
        ['left-2', undefined],
      ])
      expect(output[1]?.json.error).toBe('There is no pass with your own ID "left-2"')
    })

    it('"Paid order to event tickets" makes a ticket for each seat, and changes the same ones when it is posted again', async () => {
      await fixtures.env.n8n.activate(
        await importExample(fixtures.env, 'paid-order-to-event-tickets.json'),
      )
      const doors = '2031-06-05T19:30:00+02:00'
      const post = async (seat: string) => {
        const tickets = [
          { id: 'ticket-1', seat: 'A 12', doors },
          { id: 'ticket-2', seat, doors },
        ]
        const order = { email: 'buyer@example.com', name: 'Ada Example', tickets }
        const response = await fixtures.postToWebhook('paid-order', order)
        return (await response.json()) as { ticket: string; outcome: string; shareUrl: string }[]
      }
      expect((await post('A 13')).map(({ ticket, outcome }) => [ticket, outcome])).toEqual([
        ['ticket-1', 'created'],
        ['ticket-2', 'created'],
      ])
      const again = await post('B 1')
      expect(again.map(({ outcome }) => outcome)).toEqual(['unchanged', 'updated'])
      const file = await fetch(`${again[1]?.shareUrl}.pkpass`)
      const ticket = readPassJson(Buffer.from(await file.arrayBuffer()))
      expect(ticket).toMatchObject({ eventTicket: {}, expirationDate: '2031-06-06T19:30:00+02:00' })
      expect(JSON.stringify(ticket)).toContain('B 1')
      await fixtures.env.smtp.waitUntil(() => findMails('buyer@example.com').length > 1, 15_000)
      expect(findMails('buyer@example.com')).toHaveLength(2)
    })

    it('"Email failed: notify the team" posts the reason to the chat', async () => {
      const posts: string[] = []
      const chat = createServer(async (request, response) => {
        posts.push(await text(request))
        response.end('ok')
      }).listen(0, '127.0.0.1')
      await once(chat, 'listening')
      try {
        const id = await importExample(fixtures.env, 'email-failed-to-team.json', {
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
