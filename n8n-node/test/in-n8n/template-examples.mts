import { describe, expect, it } from 'vitest'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import { importExample, readReadyTemplates, runWithSheet } from '../support/examples.mts'
import type { Fixtures } from '../support/fixtures.mts'

/** Tests the workflows in examples/ that issue passes from ready templates of the service, and the report about them. */
export function testTemplateExamples(fixtures: Fixtures): void {
  const { findMails } = fixtures
  const createReadyTemplate = async (name: string) => {
    const template = readReadyTemplates().find((one) => one.name === name)
    await fixtures.env.request('/api/templates', template)
  }
  const activate = async (file: string) =>
    fixtures.env.n8n.activate(await importExample(fixtures.env, file))
  const post = async (path: string, body: object) => {
    const response = await fixtures.postToWebhook(path, body)
    return (await response.json()) as Record<string, unknown>
  }
  const findPass = async (externalId: string) => {
    const { passes } = await fixtures.env.request<{ passes: { serialNumber: string }[] }>(
      `/api/passes?externalId=${externalId}`,
    )
    return fixtures.env.request<{
      values: Record<string, unknown>
      voided: boolean
      expirationDate: string
    }>(`/api/passes/${passes[0]?.serialNumber}`)
  }
  const waitForMail = (address: string) =>
    fixtures.env.smtp.waitUntil(() => findMails(address).length > 0, 15_000)

  describe('the example', () => {
    it('"Form to membership card from a template" sends a card that is valid for a year', async () => {
      await createReadyTemplate('Gym membership')
      const id = await importExample(fixtures.env, 'form-to-membership-card-from-template.json')
      await fixtures.env.n8n.activate(id)
      const formData = new FormData()
      const typed = ['Linus Example', 'gym@example.com', '10420', 'Premium']
      for (const [index, value] of typed.entries()) formData.set(`field-${index}`, value)
      await waitFor(
        () =>
          fetch(`${fixtures.env.n8n.url}/form/9f0b1b1e-2d2a-4f2e-9a55-0a9a1f6f0102`, {
            method: 'POST',
            body: formData,
          }),
        ({ status }) => status === 200,
      )
      expect((await fixtures.env.n8n.waitForNextExecution(id, 0)).error).toBeUndefined()
      await waitForMail('gym@example.com')
      const { values, expirationDate } = await findPass('gym-10420')
      expect(values).toMatchObject({ name: 'Linus Example', level: 'Premium' })
      const days = (Date.parse(expirationDate) - Date.now()) / (24 * 60 * 60 * 1000)
      expect(days).toBeGreaterThan(363)
      expect(days).toBeLessThan(368)
    })

    it('"Sheet rows to passes from a template" fills it in from the columns, and changes the same passes', async () => {
      await createReadyTemplate('Conference badge')
      const run = async (name: string) => {
        const execution = await runWithSheet(
          fixtures.env,
          'sheet-rows-to-passes-from-template.json',
          [
            { Name: name, Email: null, Ticket: 'speaker ', 'Ticket code': 'OW-1' },
            { Name: 'Linus', Email: '', Ticket: 'Guest', 'Ticket code': 7 },
          ],
        )
        expect(execution.outputs('Write the Mistakes')[0]?.map(({ json }) => json)).toEqual([
          expect.objectContaining({
            'Ticket code': 7,
            error: expect.stringMatching(/^Ticket: "Guest" .* Visitor, Speaker, Staff/),
          }),
        ])
        return execution.outputs('Write the Links')[0]?.map(({ json }) => json)
      }
      expect(await run('Ada')).toMatchObject([
        { externalId: 'conference-OW-1', barcodeValue: 'OW-1', outcome: 'created' },
      ])
      expect(await run('Grace')).toMatchObject([{ outcome: 'updated' }])
      expect((await findPass('conference-OW-1')).values).toMatchObject({ ticket: 'Speaker' })
    })

    it('"Coffee card: a stamp for each order" counts an order once, and sends a message at the tenth stamp', async () => {
      await createReadyTemplate('Coffee stamp card')
      await activate('coffee-card-with-stamps.json')
      const customer = { card: 'C-1', name: 'Ada', email: 'coffee@example.com' }
      expect(await post('coffee-card', customer)).toMatchObject({ outcome: 'created' })
      await waitForMail('coffee@example.com')
      const stamp = (order: number) => post('stamp', { card: 'C-1', order })
      for (let order = 1; order <= 9; order++) await stamp(order)
      expect(await stamp(9)).toMatchObject({ after: 9, unchanged: true })
      await stamp(10)
      await stamp(10)
      const { values } = await findPass('coffee-C-1')
      expect(values).toMatchObject({ stamps: 10 })
      const { events } = await fixtures.env.request<{
        events: { data: { externalId: string; changed: string[] } }[]
      }>('/api/events?type=pass.updated&limit=100')
      const changes = events.filter(({ data }) => data.externalId === 'coffee-C-1')
      // Ten stamps, and one message.
      expect(changes).toHaveLength(11)
      // A card that is made again keeps its stamps.
      await post('coffee-card', { ...customer, favourite: 'Espresso' })
      expect((await findPass('coffee-C-1')).values).toMatchObject({ stamps: 10 })
    })

    it('"Paid order to gift voucher" sends the voucher, and redeems no more than is left', async () => {
      await createReadyTemplate('Gift voucher')
      await activate('paid-order-to-gift-voucher.json')
      const order = { code: 'GIFT-1', amount: 25, paidAt: '2030-03-05T10:00:00Z' }
      const buyer = { email: 'voucher@example.com', name: null }
      expect(await post('paid-voucher', { ...order, ...buyer })).toMatchObject({
        code: 'GIFT-1',
        outcome: 'created',
        shareUrl: expect.stringContaining('/p/'),
      })
      await waitForMail('voucher@example.com')
      expect((await findPass('voucher-GIFT-1')).expirationDate).toMatch(/^2033-03-05/)
      const redeem = (amount: number, receipt: string) =>
        post('redeem-voucher', { code: 'GIFT-1', amount, receipt })
      expect(await redeem(10.5, 'r-1')).toEqual({ left: 14.5, error: '' })
      expect(await redeem(10.5, 'r-1')).toEqual({ left: 14.5, error: '' })
      expect(await redeem(15, 'r-2')).toEqual({
        left: null,
        error: expect.stringMatching(/would be -0\.5, which is below 0/),
      })
    })

    it('"Staff badge from HR" issues a badge, changes it, and voids it', async () => {
      await createReadyTemplate('Staff badge')
      await activate('staff-badge-from-hr.json')
      const person = { number: 1042, name: 'Ada', role: 'Engineer', email: 'staff@example.com' }
      expect(await post('staff', { ...person, status: 'new' })).toMatchObject({
        outcome: 'created',
        externalId: 'staff-1042',
      })
      await waitForMail('staff@example.com')
      expect(await post('staff', { ...person, status: 'moved', site: 'Graz' })).toMatchObject({
        outcome: 'updated',
      })
      expect((await findPass('staff-1042')).values).toMatchObject({ site: 'Graz' })
      expect(await post('staff', { number: 1042, status: 'Left' })).toMatchObject({ voided: true })
      expect(findMails('staff@example.com')).toHaveLength(1)
    })

    it('"Statistics every Monday" mails the numbers of the week that has ended', async () => {
      const id = await importExample(fixtures.env, 'statistics-every-monday.json')
      const execution = await fixtures.env.n8n.run(id, 'Every Monday')
      const [week, ...others] = execution.outputs('Last Week')[0] ?? []
      expect(others).toEqual([])
      const from = Date.parse(String(week?.json.from))
      expect(new Date(from).getUTCDay()).toBe(1)
      expect((Date.now() - from) / (24 * 60 * 60 * 1000)).toBeGreaterThan(6.9)
      await waitForMail('team@club.example')
      const mail = findMails('team@club.example')[0]?.toString()
      expect(mail).toContain(`Subject: Passes in the week from ${week?.json.from}`)
      expect(mail).toMatch(/Created: 0\r?\n[\s\S]*Now: \d+ passes can be used/)
    })
  })
}
