import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { publish } from '../../../service/src/events/publish.ts'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import type { WebhookRequest } from '../support/fake-zapier-cloud.ts'
import {
  catchError,
  countRows,
  createExternalId,
  type Data,
  parseError,
  samplePass,
  tellOfPhone,
} from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'
import type { ActiveTrigger } from '../support/zapier.ts'

/** Signs a delivery by Standard Webhooks 1.0.0, as the service does. */
function sign(
  secret: string,
  body: string,
  seconds = Math.floor(Date.now() / 1000),
): WebhookRequest {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`evt_1.${seconds}.${body}`).digest('base64')
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
  return { headers, body }
}

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
      pass_unvoided: async (id) => {
        await env().zapier.runCreate('void_pass', { serialNumber: id })
        await env().zapier.runCreate('reactivate_pass', { serialNumber: id })
      },
      pass_deleted: (id) => env().zapier.runCreate('delete_pass', { serialNumber: id }),
      pass_installed: async (id) => {
        await tellOfPhone(env(), 'POST', id)
        await tellOfPhone(env(), 'POST', id)
      },
      pass_removed: async (id) => {
        await tellOfPhone(env(), 'POST', id)
        await tellOfPhone(env(), 'DELETE', id)
      },
      pass_counter_reached: async (id) => {
        for (const by of ['1,5', '2', '1']) {
          const input = { serialNumber: id, field: 'stamps', by, max: '3' }
          await env().zapier.runCreate('add_points', input)
        }
      },
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
        expect(trigger.subscribeData.secret).toMatch(/^whsec_/)
        const pass = await env().zapier.runCreate('create_pass', {
          ...samplePass,
          value: key,
          backFields: [
            { backFields_key: 'stamps', backFields_label: 'Stamps', backFields_value: '0' },
          ],
        })
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
          Object.keys(triggers[key]?.operation.sample ?? {}).sort(),
        )
        if (key === 'pass_installed') expect(item).toMatchObject({ wallet: 'apple', installs: 1 })
        if (key === 'pass_removed') expect(item).toMatchObject({ wallet: 'apple', installs: 0 })
        if (key === 'pass_counter_reached') {
          expect(item.counter).toEqual({ field: 'stamps', value: 3, max: 3 })
        }
        if (key === 'pass_updated') expect(item.changed).toBe('Value')
        if (key === 'email_failed') {
          expect(item.email).toMatchObject({
            status: 'failed',
            reason: expect.stringMatching('550'),
          })
        }
        await trigger.turnOff()
      },
    )

    it('certificate_expiring fires with the certificate, with the same fields as its samples', async () => {
      const trigger = await env().zapier.turnOn('certificate_expiring')
      const { db } = env().service.ctx
      const { key_id: keyId } = await db
        .selectFrom('webhook')
        .select('key_id')
        .where('id', '=', String(trigger.subscribeData.id))
        .executeTakeFirstOrThrow()
      const data = { passTypeIdentifier: 'pass.com.example.card', expiresAt: '', daysLeft: 7 }
      const now = new Date()
      const event = { keyId, type: 'certificate.expiring' as const, data, now }
      await db.transaction().execute((trx) => publish(trx, event))

      const item = await waitForItem(trigger)
      expect(item).toEqual({
        id: expect.stringMatching(/^evt_/),
        type: 'certificate.expiring',
        timestamp: now.toISOString(),
        ...data,
      })
      const method = 'triggers.certificate_expiring.operation.performList'
      expect(await env().zapier.runMethod(method)).toEqual([item])
      const { triggers } = (await env().zapier.runCommand('definition')) as {
        triggers: Record<string, { operation: { sample: Data } }>
      }
      const { sample } = triggers.certificate_expiring?.operation ?? {}
      expect(Object.keys(sample ?? {})).toEqual(Object.keys(item))
      await trigger.turnOff()
    })

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

    it('take only deliveries that the service signed for them, within five minutes', async () => {
      const trigger = await env().zapier.turnOn('pass_created')
      const other = await env().zapier.turnOn('pass_created')
      const { serialNumber } = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: 'Signed',
      })
      await waitFor(
        () => trigger.received.length * other.received.length,
        (count) => count > 0,
      )
      const [delivery] = trigger.received as [WebhookRequest]
      const [strange] = other.received as [WebhookRequest]
      const old = Math.floor(Date.now() / 1000) - 301
      const secret = String(trigger.subscribeData.secret)
      const forged: WebhookRequest[] = [
        { headers: {}, body: delivery.body },
        { headers: {}, body: 'hello' },
        { ...delivery, body: delivery.body.replace('Riverside', 'Hillside') },
        { ...delivery, headers: { ...delivery.headers, 'webhook-id': 'evt_other' } },
        strange,
        sign(secret, delivery.body, old),
        sign('whsec_', delivery.body),
      ]
      for (const request of forged) {
        trigger.received.splice(0, Infinity, request)
        expect(await trigger.runNext()).toEqual([])
      }
      // While a secret is rotated, the service signs with both.
      const rotated = sign(secret, delivery.body, old + 10)
      rotated.headers['webhook-signature'] = `v1,AAAA ${rotated.headers['webhook-signature']}`
      trigger.received.push(rotated, delivery)
      expect(await trigger.runNext()).toMatchObject([{ serialNumber }])
      expect(await trigger.runNext()).toMatchObject([{ serialNumber }])
      await trigger.turnOff()
      await other.turnOff()
    })

    it('take only their own event', async () => {
      const trigger = await env().zapier.turnOn('pass_voided')
      const { id } = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: 'Own event',
      })
      const pass = await env().service.client(env().connection.apiKey).getPass(String(id))
      const secret = String(trigger.subscribeData.secret)
      for (const type of ['pass.created', 'pass.voided']) {
        const event = { id: 'evt_1', type, timestamp: pass.createdAt, data: pass }
        trigger.received.push(sign(secret, JSON.stringify(event)))
      }
      expect(await trigger.runNext()).toEqual([])
      expect(await trigger.runNext()).toMatchObject([{ serialNumber: id }])
      await trigger.turnOff()
    })

    it('fire only for the own ID and the metadata of their filters, and list only such samples', async () => {
      const externalId = createExternalId()
      const filters = { externalId: ` ${externalId} `, metadata: { source: 'form', empty: '' } }
      const trigger = await env().zapier.turnOn('pass_created', undefined, filters)
      const create = (own: string, source: string) =>
        env().zapier.runCreate('create_or_update_pass', {
          ...samplePass,
          externalId: own,
          metadata: { source },
        })
      await create(createExternalId(), 'form')
      const { id } = await create(externalId, 'form')
      await waitFor(
        () => trigger.received.length,
        (length) => length === 2,
      )
      expect([await trigger.runNext(), await trigger.runNext()].flat()).toMatchObject([
        { serialNumber: id },
      ])
      const method = 'triggers.pass_created.operation.performList'
      expect(await env().zapier.runMethod(method, { inputData: filters })).toMatchObject([
        { serialNumber: id },
      ])
      const none = { inputData: { ...filters, metadata: { source: 'desk' } } }
      expect(await env().zapier.runMethod(method, none)).toEqual([])
      await trigger.turnOff()
    })

    it('need a key whose plan has webhooks', async () => {
      const error = await catchError(
        env().zapier.turnOn('pass_created', await env().connect('free')),
      )
      expect(parseError(error)).toMatchObject({ code: 'plan_required', status: 403 })
    })
  })
}
