import { describe, expect, it } from 'vitest'
import { anAddress, basics, type Data, failing, mailsTo, meddleOnce, wordsOf } from '../desk.ts'
import type { Workshop } from '../workshop.ts'

/** Mailing a pass that is there. */
export function mailingPromises(shop: () => Workshop): void {
  describe('Send Pass by Email', () => {
    const step = (inputData: Data) => shop().zapier.create('send_pass_by_email', inputData)

    it('sends one mail, however often it runs, and another for another reference', async () => {
      const to = anAddress()
      const { id } = await shop().zapier.create('create_pass', { ...basics, value: to })
      const asked = { serialNumber: id, to, subject: '', message: 'Your {{title}} card' }
      meddleOnce(shop(), 'POST', /email$/, 'lose the answer')
      await failing(step(asked))
      expect(await step(asked)).toMatchObject({ id, email: { to, status: 'queued' } })
      await step(asked)
      const [mail, ...others] = await mailsTo(shop(), to)
      expect(others).toEqual([])
      expect(mail?.text).toContain(`Your ${basics.title} card`)
      await step({ ...asked, reference: 'order-7' })
      await step({ ...asked, reference: 'order-7' })
      expect(await mailsTo(shop(), to)).toHaveLength(2)
    })

    it('names a wrong address by its label', async () => {
      const { id } = await shop().zapier.create('create_pass', { ...basics, value: 'Mistyped' })
      const error = await failing(step({ serialNumber: id, to: 'ada at example' }))
      expect(wordsOf(error)).toMatchObject({ message: expect.stringMatching(/^To must be one/) })
    })
  })
}
