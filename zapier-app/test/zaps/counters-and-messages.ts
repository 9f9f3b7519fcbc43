import { describe, expect, it } from 'vitest'
import {
  catchError,
  createExternalId,
  type Data,
  injectFaultOnce,
  readSpec,
  samplePass,
  tellOfPhone,
} from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests the actions that reach phones: points and messages. */
export function testCountersAndMessages(env: () => TestEnvironment): void {
  const createCard = async (value: string) => {
    const primaryFields = [{ primaryFields_key: 'points', primaryFields_value: value }]
    const input = { ...samplePass, externalId: createExternalId(), primaryFields }
    return (await env().zapier.runCreate('create_pass', input)).id
  }
  const readSample = async (key: string) => {
    const { creates } = (await env().zapier.runCommand('definition')) as {
      creates: Record<string, { operation: { sample: Data } }>
    }
    return Object.keys(creates[key]?.operation.sample ?? {}).sort()
  }

  describe('Add Points', () => {
    const addPoints = (inputData: Data) => env().zapier.runCreate('add_points', inputData)

    it('adds to the number on the pass, stops at the maximum, and counts a reference once', async () => {
      const serialNumber = await createCard('7')
      const input = { serialNumber, field: ' points ', by: '1,5', max: '10' }
      const first = await addPoints({ ...input, reference: ' order-1 ' })
      expect(first).toMatchObject({ id: serialNumber, field: 'points', before: 7, after: 8.5 })
      expect(first).toMatchObject({ reached: false, unchanged: false, notifiedDevices: 0 })
      expect(Object.keys(first).sort()).toEqual(await readSample('add_points'))
      const replayed = await addPoints({ ...input, reference: 'order-1' })
      expect(replayed).toMatchObject({ before: 8.5, after: 8.5, unchanged: true })
      // Without a reference, the same again is another purchase.
      expect(await addPoints(input)).toMatchObject({ before: 8.5, after: 10, reached: true })
      expect(await readSpec(env(), serialNumber)).toMatchObject({
        primaryFields: [{ value: expect.stringMatching(/^10\b/) }],
      })
    })

    it('takes away but not below the minimum, which halts the run, and sets the number', async () => {
      const serialNumber = await createCard('5')
      const error = await catchError(
        addPoints({ serialNumber, field: 'points', by: '-6', min: '0' }),
      )
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain('would be -1, which is below 0')
      expect(await addPoints({ serialNumber, field: 'points', by: '-5', min: 0 })).toMatchObject({
        after: 0,
      })
      expect(await addPoints({ serialNumber, field: 'points', set: '€ 48,50' })).toMatchObject({
        before: 0,
        after: 48.5,
      })
    })

    it.each([
      [{ field: ' ', by: 1 }, 'Field Key is empty'],
      [{ field: 'points' }, 'Number to Add and Number to Set are empty: fill in one of them.'],
      [{ field: 'points', by: '1', set: '2' }, 'Number to Add and Number to Set: fill in only one'],
      [{ field: 'points', by: '1,234' }, 'Number to Add "1,234" is no number'],
      [{ field: 'points', by: 1, min: 5, max: 4 }, 'Maximum must not be less than the minimum'],
      [{ field: 'stamps', by: 1 }, 'Field Key must be the key of a field that holds a number'],
      [{ field: 'points', by: '0.001' }, 'Number to Add must have two decimals or less'],
    ])('halts for %j in the words of the form, and changes nothing', async (input, words) => {
      const serialNumber = await createCard('5')
      const error = await catchError(addPoints({ serialNumber, ...input }))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain(words)
      expect(await readSpec(env(), serialNumber)).toMatchObject({ primaryFields: [{ value: '5' }] })
    })
  })

  describe('Send Message', () => {
    const sendMessage = (inputData: Data) => env().zapier.runCreate('send_message', inputData)
    const readMessages = async (serialNumber: unknown) =>
      env()
        .service.ctx.db.selectFrom('pass')
        .select(['message', 'message_number'])
        .where('serial_number', '=', String(serialNumber))
        .executeTakeFirstOrThrow()

    it('sends the same text again, but only once for the same reference', async () => {
      const serialNumber = await createCard('5')
      const input = { serialNumber, message: 'Table {{4}} is ready' }
      const sent = await sendMessage(input)
      expect(sent).toMatchObject({ id: serialNumber, notifiedDevices: 0 })
      expect(sent.warnings).toContain('Message reaches no phone')
      expect(Object.keys(sent).sort()).toEqual(await readSample('send_message'))
      await sendMessage(input)
      expect(await readMessages(serialNumber)).toEqual({
        message: 'Table {{4}} is ready',
        message_number: 2,
      })
      await sendMessage({ ...input, reference: ' order-1' })
      await sendMessage({ ...input, reference: 'order-1' })
      await sendMessage({ ...input, reference: 'order-2' })
      expect(await readMessages(serialNumber)).toMatchObject({ message_number: 4 })
    })

    it('tells how many devices were notified', async () => {
      const serialNumber = await createCard('5')
      await tellOfPhone(env(), 'POST', serialNumber)
      expect(await sendMessage({ serialNumber, message: 'Hello' })).toMatchObject({
        notifiedDevices: 1,
        installs: 1,
      })
      await tellOfPhone(env(), 'DELETE', serialNumber)
    })

    it.each(['', ' \n', null])('halts for the message %j', async (message) => {
      const error = await catchError(sendMessage({ serialNumber: 'any', message }))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain('Message is empty')
    })

    it('is tried again after an outage', async () => {
      const serialNumber = await createCard('5')
      const body = '{"error":"Starting","code":"not_ready"}'
      injectFaultOnce(env(), 'POST', /message/, { status: 503, body })
      const error = await catchError(sendMessage({ serialNumber, message: 'Hello' }))
      expect(error.name).toBe('ThrottledError')
    })
  })
}
