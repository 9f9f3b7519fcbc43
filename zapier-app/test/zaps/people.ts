import { describe, expect, it } from 'vitest'
import { catchError, createEmailAddress, type Data, samplePass } from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests the search and the action about all that is held of a person. */
export function testPeople(env: () => TestEnvironment): void {
  describe('Find Person and Forget Person', () => {
    const find = (email: string) =>
      env().zapier.runMethod('searches.find_person.operation.perform', {
        inputData: { email },
      }) as Promise<Data[]>
    const forget = (email: string) => env().zapier.runCreate('forget_person', { email })

    it('hand on all that is held as a file, and forget it for good', async () => {
      const email = createEmailAddress()
      const pass = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: email,
        email_to: email,
      })
      const [found] = await find(` ${email}`)
      const file = await env().zapier.hydrate(found?.file)
      expect(file).toMatchObject({ name: 'person.json', type: 'application/json' })
      expect(JSON.parse(file.bytes.toString())).toMatchObject({
        email,
        passes: [{ serialNumber: pass.id }],
        emails: [{ to: email }],
      })
      expect(await forget(email)).toMatchObject({
        id: email,
        passes: 1,
        emails: 1,
        wallets: { apple: 0, google: 0 },
      })
      expect(await find(email)).toEqual([])
    })

    it('halt for an address that is empty, and Forget Person for one that nothing is held of', async () => {
      for (const error of [await catchError(find(' ')), await catchError(forget(''))]) {
        expect(error.name).toBe('HaltedError')
        expect(error.message).toContain('Email is empty')
      }
      expect((await catchError(forget('nobody@example.com'))).name).toBe('HaltedError')
      expect((await catchError(forget('ada at example'))).message).toMatch(/^Email must /)
    })
  })
}
