import { describe, expect, it } from 'vitest'
import {
  catchError,
  countRows,
  type Data,
  injectFaultOnce,
  parseError,
  samplePass,
} from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'
import type { Connection } from '../support/zapier.ts'

/** Tests how errors are reported to Zapier, and what Zapier then does. */
export function testErrors(env: () => TestEnvironment): void {
  describe('error handling', () => {
    const runStep = (inputData: Data = {}, connection?: Connection) =>
      env().zapier.runCreate('create_pass', { ...samplePass, ...inputData }, connection)

    it('reports all invalid fields at once, with their labels', async () => {
      const error = await catchError(
        runStep({
          title: 'x'.repeat(65),
          email_to: 'nobody',
          locations: [{ locations_latitude: 91, locations_longitude: 0 }],
        }),
      )
      const { message, status } = parseError(error)
      expect(status).toBe(400)
      expect(message).toContain('Title must be 64 characters or less')
      expect(message).toContain('Send by Email, To must be one e-mail address')
      expect(message).toContain('Locations 1, Latitude must be')
    })

    it('expires the connection if its key was revoked', async () => {
      const error = await catchError(runStep({}, { ...env().connection, apiKey: 'pw_live_gone' }))
      expect(error.name).toBe('ExpiredAuthError')
    })

    it('holds the run for as long as the service says if the monthly limit is reached', async () => {
      const free = await env().connect('free')
      await runStep({ value: 'first' }, free)
      const error = await catchError(runStep({ value: 'second' }, free))
      expect(error.name).toBe('ThrottledError')
      const { message, delay } = parseError(error)
      expect(message).toContain('Rate limit exceeded. Limit: 1/month')
      expect(delay).toBeGreaterThan(0)
      expect(delay).toBeLessThanOrEqual(31 * 24 * 3600)
    })

    it.each([
      [503, { 'retry-after': '7' }, '{"error":"Starting","code":"not_ready"}', 7],
      [500, {}, '{"error":"Internal error","code":"internal_error"}', 60],
      [502, {}, '<html>Bad Gateway</html>', 60],
      [409, {}, '{"error":"Still running","code":"idempotency_in_progress"}', 60],
      [429, { 'retry-after': '5' }, '<html>Slow down</html>', 5],
    ])('retries a step after status %i', async (status, headers, body, delay) => {
      injectFaultOnce(env(), 'POST', /passes/, { status, headers, body })
      const error = await catchError(runStep({ value: `status ${status}` }))
      expect(error.name).toBe('ThrottledError')
      expect(parseError(error)).toMatchObject({ delay })
    })

    it('retries the download of a file, too', async () => {
      const { file } = await runStep({ value: 'later' })
      injectFaultOnce(env(), 'GET', /pkpass/, {
        status: 503,
        body: '{"error":"Busy","code":"overloaded"}',
      })
      expect((await catchError(env().zapier.hydrate(file))).name).toBe('ThrottledError')
    })

    it('does not follow a redirect with the key', async () => {
      injectFaultOnce(env(), 'POST', /passes/, {
        status: 301,
        headers: { location: 'https://else.example' },
      })
      const { message } = parseError(await catchError(runStep({ value: 'redirect' })))
      expect(message).toContain('redirects to https://else.example')
    })

    it('reports a response that is not from Passwright', async () => {
      injectFaultOnce(env(), 'POST', /passes/, { status: 200, body: '<html>Welcome</html>' })
      expect(parseError(await catchError(runStep({ value: 'html' })))).toMatchObject({
        code: 'not_passwright',
      })
    })

    it('creates no second pass if the file store fails, and retries failed RPC calls', async () => {
      const pass = await runStep({ value: 'store' })
      const before = await countRows(env(), 'pass')
      env().zapier.cloud.faults.store = 1
      expect((await catchError(env().zapier.hydrate(pass.file))).message).toContain('503')
      env().zapier.cloud.faults.rpc = 1
      expect((await env().zapier.hydrate(pass.file)).name).toContain('.pkpass')
      expect(await countRows(env(), 'pass')).toBe(before)
    })

    it('runs a step even if the log endpoint fails', async () => {
      env().zapier.cloud.faults.logs = 3
      expect(await runStep({ value: 'logs' })).toHaveProperty('serialNumber')
      env().zapier.cloud.faults.logs = 0
    })
  })
}
