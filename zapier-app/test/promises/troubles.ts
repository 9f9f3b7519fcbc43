import { describe, expect, it } from 'vitest'
import { basics, countOf, type Data, failing, meddleOnce, wordsOf } from '../desk.ts'
import type { Workshop } from '../workshop.ts'
import type { Connection } from '../zapier.ts'

/** What Zapier is told when something goes wrong, and what it does then. */
export function troublePromises(shop: () => Workshop): void {
  describe('what goes wrong', () => {
    const step = (more: Data = {}, connection?: Connection) =>
      shop().zapier.create('create_pass', { ...basics, ...more }, connection)

    it('with fields is told by their labels, all at once', async () => {
      const error = await failing(
        step({
          title: 'x'.repeat(65),
          email_to: 'nobody',
          locations: [{ locations_latitude: 91, locations_longitude: 0 }],
        }),
      )
      const { message, status } = wordsOf(error)
      expect(status).toBe(400)
      expect(message).toContain('Title must be 64 characters or less')
      expect(message).toContain('Send by Email, To must be one e-mail address')
      expect(message).toContain('Locations 1, Latitude must be')
    })

    it('a key that was revoked expires the connection', async () => {
      const error = await failing(step({}, { ...shop().connection, apiKey: 'pw_live_gone' }))
      expect(error.name).toBe('ExpiredAuthError')
    })

    it('a month that is used up is waited for as long as the service says', async () => {
      const free = await shop().connect('free')
      await step({ value: 'first' }, free)
      const error = await failing(step({ value: 'second' }, free))
      expect(error.name).toBe('ThrottledError')
      const { message, delay } = wordsOf(error)
      expect(message).toContain('Rate limit exceeded. Limit: 1/month')
      expect(delay).toBeGreaterThan(0)
      expect(delay).toBeLessThanOrEqual(31 * 24 * 3600)
    })

    it.each([
      [503, { 'retry-after': '7' }, '{"error":"Starting","code":"not_ready"}', 7],
      [500, {}, '{"error":"Our fault","code":"internal_error"}', 60],
      [502, {}, '<html>Bad Gateway</html>', 60],
      [409, {}, '{"error":"Still running","code":"idempotency_in_progress"}', 60],
      [429, { 'retry-after': '5' }, '<html>Slow down</html>', 5],
    ])('a %i is tried again later', async (status, headers, body, delay) => {
      meddleOnce(shop(), 'POST', /passes/, { status, headers, body })
      const error = await failing(step({ value: `status ${status}` }))
      expect(error.name).toBe('ThrottledError')
      expect(wordsOf(error)).toMatchObject({ delay })
    })

    it('a file that cannot be had now is tried again later, too', async () => {
      const { file } = await step({ value: 'later' })
      meddleOnce(shop(), 'GET', /pkpass/, {
        status: 503,
        body: '{"error":"Busy","code":"overloaded"}',
      })
      expect((await failing(shop().zapier.hydrate(file))).name).toBe('ThrottledError')
    })

    it('an address that leads elsewhere is not followed with the key', async () => {
      meddleOnce(shop(), 'POST', /passes/, {
        status: 301,
        headers: { location: 'https://else.example' },
      })
      const { message } = wordsOf(await failing(step({ value: 'redirect' })))
      expect(message).toContain('leads on to https://else.example')
    })

    it('an answer that is not ours is told as that', async () => {
      meddleOnce(shop(), 'POST', /passes/, { status: 200, body: '<html>Welcome</html>' })
      expect(wordsOf(await failing(step({ value: 'html' })))).toMatchObject({
        code: 'not_passwright',
      })
    })

    it('a store that fails costs no second pass, and calls that fail are made again', async () => {
      const made = await step({ value: 'store' })
      const before = await countOf(shop(), 'pass')
      shop().zapier.cloud.faults.store = 1
      expect((await failing(shop().zapier.hydrate(made.file))).message).toContain('503')
      shop().zapier.cloud.faults.rpc = 1
      expect((await shop().zapier.hydrate(made.file)).name).toContain('.pkpass')
      expect(await countOf(shop(), 'pass')).toBe(before)
    })

    it('a log intake that is down stops nothing', async () => {
      shop().zapier.cloud.faults.logs = 3
      expect(await step({ value: 'logs' })).toHaveProperty('serialNumber')
      shop().zapier.cloud.faults.logs = 0
    })
  })
}
