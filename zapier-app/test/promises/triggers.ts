import { describe, expect, it } from 'vitest'
import { eventually } from '../../../service/test/support/eventually.ts'
import { basics, countOf, type Data, failing, wordsOf } from '../desk.ts'
import type { Workshop } from '../workshop.ts'
import type { LiveTrigger } from '../zapier.ts'

/** Zaps that begin when something happens to a pass. */
export function triggerPromises(shop: () => Workshop): void {
  describe('triggers', () => {
    const arrived = async ({ came, next }: LiveTrigger) => {
      await eventually(
        () => came.length,
        (length) => length > 0,
      )
      const [item, ...others] = await next()
      expect(others).toEqual([])
      return item as Data
    }
    /** What makes each happen, to a pass that is there. */
    const happenings: Record<string, (id: string, more: Data) => Promise<unknown>> = {
      pass_created: async () => {},
      pass_updated: (id) =>
        shop().zapier.create('update_pass', { serialNumber: id, value: 'Changed' }),
      pass_voided: (id) => shop().zapier.create('void_pass', { serialNumber: id }),
      pass_downloaded: async (_, { downloadUrl }) =>
        shop().service.fetch(new URL(String(downloadUrl)).pathname),
      email_sent: (id) =>
        shop().zapier.create('send_pass_by_email', { serialNumber: id, to: 'ada@example.com' }),
      email_failed: (id) =>
        shop().zapier.create('send_pass_by_email', { serialNumber: id, to: 'nobody@example.com' }),
    }

    it.each(Object.keys(happenings))(
      '%s fires with the pass and its file, in the shape of its samples',
      async (key) => {
        const trigger = await shop().zapier.turnOn(key)
        const made = await shop().zapier.create('create_pass', { ...basics, value: key })
        await happenings[key]?.(String(made.id), made)
        const item = await arrived(trigger)
        expect(item).toMatchObject({
          id: expect.stringMatching(/^evt_/),
          type: key.replace('_', '.'),
          serialNumber: made.serialNumber,
        })
        expect((await shop().zapier.hydrate(item.file)).bytes.length).toBeGreaterThan(1_000)
        const method = `triggers.${key}.operation.performList`
        const [newest, ...older] = (await shop().zapier.run(method)) as Data[]
        expect(newest).toEqual(item)
        expect(older.length).toBeLessThan(3)
        const { triggers } = (await shop().zapier.command('definition')) as {
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
        await trigger.off()
      },
    )

    it('two Zaps on one trigger both hear of it; the one that is off hears no more', async () => {
      const before = await countOf(shop(), 'webhook')
      const one = await shop().zapier.turnOn('pass_created')
      const other = await shop().zapier.turnOn('pass_created')
      expect(one.subscribeData.id).not.toBe(other.subscribeData.id)
      const first = await shop().zapier.create('create_pass', { ...basics, value: 'Two Zaps' })
      expect(await arrived(one)).toMatchObject({ serialNumber: first.id })
      expect(await arrived(other)).toMatchObject({ serialNumber: first.id })
      await one.off()
      await one.off()
      const second = await shop().zapier.create('create_pass', { ...basics, value: 'One Zap' })
      expect(await arrived(other)).toMatchObject({ serialNumber: second.id })
      expect(one.came).toEqual([])
      await other.off()
      expect(await countOf(shop(), 'webhook')).toBe(before)
    })

    it('a Zap that is gone answers 410, and the service drops it', async () => {
      const trigger = await shop().zapier.turnOn('pass_created')
      const endpoint = () =>
        shop()
          .service.client(shop().connection.apiKey)
          .listWebhooks()
          .then(({ webhooks }) => webhooks.find(({ id }) => id === trigger.subscribeData.id))
      expect(await endpoint()).toMatchObject({
        enabled: true,
        events: ['pass.created'],
        description: expect.stringMatching(/^Zapier: Pass Created, Zap /),
      })
      trigger.vanish()
      await shop().zapier.create('create_pass', { ...basics, value: 'Nobody hears' })
      await eventually(endpoint, (one) => one?.enabled === false)
      expect(await endpoint()).toMatchObject({ disabledReason: expect.stringContaining('410') })
      await trigger.off()
      expect(await endpoint()).toBeUndefined()
    })

    it('a key whose plan has no webhooks is told so', async () => {
      const error = await failing(
        shop().zapier.turnOn('pass_created', await shop().connect('free')),
      )
      expect(wordsOf(error)).toMatchObject({ code: 'plan_required', status: 403 })
    })
  })
}
