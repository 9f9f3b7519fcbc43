import { describe, expect, it } from 'vitest'
import {
  catchError,
  createEmailAddress,
  type Data,
  injectFaultOnce,
  parseError,
  samplePass,
  waitForMails,
} from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests sending an existing pass by email. */
export function testEmails(env: () => TestEnvironment): void {
  describe('Send Pass by Email', () => {
    const runStep = (inputData: Data) => env().zapier.runCreate('send_pass_by_email', inputData)

    it('sends one email, however often it runs, and another one for another reference', async () => {
      const to = createEmailAddress()
      const { id } = await env().zapier.runCreate('create_pass', { ...samplePass, value: to })
      const input = { serialNumber: id, to, subject: '', message: 'Your {{title}} card' }
      injectFaultOnce(env(), 'POST', /email$/, 'lose the response')
      await catchError(runStep(input))
      expect(await runStep(input)).toMatchObject({ id, email: { to, status: 'queued' } })
      await runStep(input)
      const [mail, ...others] = await waitForMails(env(), to)
      expect(others).toEqual([])
      expect(mail?.text).toContain(`Your ${samplePass.title} card`)
      await runStep({ ...input, reference: 'order-7' })
      await runStep({ ...input, reference: 'order-7' })
      expect(await waitForMails(env(), to)).toHaveLength(2)
    })

    it('reports an invalid address with the label of its field', async () => {
      const { id } = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: 'Mistyped',
      })
      const error = await catchError(runStep({ serialNumber: id, to: 'ada at example' }))
      expect(parseError(error).message).toMatch(/^To must be one .*\(value: "ada at example"\)/)
    })

    it('halts if the recipient is empty, and trims blanks around an address', async () => {
      const { id } = await env().zapier.runCreate('create_pass', { ...samplePass, value: 'To' })
      const error = await catchError(runStep({ serialNumber: id, to: ' ', name: 'Ada' }))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain('To is empty')
      const to = createEmailAddress()
      expect(await runStep({ serialNumber: `${id} `, to: ` ${to}\n` })).toMatchObject({
        email: { to },
      })
    })
  })
}
