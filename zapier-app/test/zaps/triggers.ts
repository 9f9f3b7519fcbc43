import { describe, expect, it } from 'vitest'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import { catchError, countRows, type Data, parseError, samplePass } from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'
import type { ActiveTrigger } from '../support/zapier.ts'

/** Tests the instant triggers. */
export function testTriggers(env: () => TestEnvironment): void {
  describe('triggers', () => {
    const waitForItem = async ({ received, runNext }: ActiveTrigger) => {
      await waitFor(
        () => received.length,
        (length) => length > 0,
      )
      const [item, ...others] = await runNext()
      expect(others).toEqual([])
      return item as Data
    }
    /** Actions on an existing pass that cause the event of each trigger. */
    const causeEvent: Record<string, (id: string, more: Data) => Promise<unknown>> = {
      pass_created: async () => {},
      pass_updated: (id) =>
        env().zapier.runCreate('update_pass', { serialNumber: id, value: 'Changed' }),
      pass_voided: (id) => env().zapier.runCreate('void_pass', { serialNumber: id }),
      pass_downloaded: async (_, { downloadUrl }) =>
        env().service.fetch(new URL(String(downloadUrl)).pathname),
      email_sent: (id) =>
        env().zapier.runCreate('send_pass_by_email', { serialNumber: id, to: 'ada@example.com' }),
      email_failed: (id) =>
        env().zapier.runCreate('send_pass_by_email', {
          serialNumber: id,
          to: 'nobody@example.com',
        }),
    }

    it.each(Object.keys(causeEvent))(
      '%s fires with the pass and its file, with the same fields as its samples',
      async (key) => {
        const trigger = await env().zapier.turnOn(key)
        const pass = await env().zapier.runCreate('create_pass', { ...samplePass, value: key })
        await causeEvent[key]?.(String(pass.id), pass)
        const item = await waitForItem(trigger)
        expect(item).toMatchObject({
          id: expect.stringMatching(/^evt_/),
          type: key.replace('_', '.'),
          serialNumber: pass.serialNumber,
        })
        expect((await env().zapier.hydrate(item.file)).bytes.length).toBeGreaterThan(1_000)
        const method = `triggers.${key}.operation.performList`
        const [newest, ...older] = (await env().zapier.runMethod(method)) as Data[]
        expect(newest).toEqual(item)
        expect(older.length).toBeLessThan(3)
        const { triggers } = (await env().zapier.runCommand('definition')) as {
          triggers: Record<string, { operation: { sample: Data } }>
        }
        expect(Object.keys(item).sort()).toEqual(
          expect.arrayContaining(Object.keys(triggers[key]?.operation.sample ?? {})),
        )
        if (key === 'email_failed') {
          expect(item.email).toMatchObject({
            status: 'failed',
            reason: expect.stringMatching('550'),
          })
        }
        await trigger.turnOff()
      },
    )

    it('fire in every Zap that uses them, except in one that is turned off', async () => {
      const before = await countRows(env(), 'webhook')
      const firstZap = await env().zapier.turnOn('pass_created')
      const secondZap = await env().zapier.turnOn('pass_created')
      expect(firstZap.subscribeData.id).not.toBe(secondZap.subscribeData.id)
      const firstPass = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: 'Two Zaps',
      })
      expect(await waitForItem(firstZap)).toMatchObject({ serialNumber: firstPass.id })
      expect(await waitForItem(secondZap)).toMatchObject({ serialNumber: firstPass.id })
      await firstZap.turnOff()
      await firstZap.turnOff()
      const secondPass = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: 'One Zap',
      })
      expect(await waitForItem(secondZap)).toMatchObject({ serialNumber: secondPass.id })
      expect(firstZap.received).toEqual([])
      await secondZap.turnOff()
      expect(await countRows(env(), 'webhook')).toBe(before)
    })

    it('are disabled by the service after their Zap was deleted and responds with 410', async () => {
      const trigger = await env().zapier.turnOn('pass_created')
      const findWebhook = () =>
        env()
          .service.client(env().connection.apiKey)
          .listWebhooks()
          .then(({ webhooks }) => webhooks.find(({ id }) => id === trigger.subscribeData.id))
      expect(await findWebhook()).toMatchObject({
        enabled: true,
        events: ['pass.created'],
        description: expect.stringMatching(/^Zapier: Pass Created, Zap /),
      })
      trigger.deleteZap()
      await env().zapier.runCreate('create_pass', { ...samplePass, value: 'Deleted Zap' })
      await waitFor(findWebhook, (found) => found?.enabled === false)
      expect(await findWebhook()).toMatchObject({ disabledReason: expect.stringContaining('410') })
      await trigger.turnOff()
      expect(await findWebhook()).toBeUndefined()
    })

    it('need a key whose plan has webhooks', async () => {
      const error = await catchError(
        env().zapier.turnOn('pass_created', await env().connect('free')),
      )
      expect(parseError(error)).toMatchObject({ code: 'plan_required', status: 403 })
    })
  })
}
