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
      env().zapier.runCreate('create_pass', { ...samplePass, ...inputData }, { connection })

    it('reports all invalid fields at once, with their labels', async () => {
      const error = await catchError(
        runStep({
          title: 'x'.repeat(65),
          email_to: 'nobody',
          locations: [{ locations_latitude: 91, locations_longitude: 0 }],
        }),
      )
      expect(error.name).toBe('HaltedError')
      const { message } = parseError(error)
      expect(message).toContain('Title must be 64 characters or less')
      expect(message).toContain('Send by Email, To must be one e-mail address')
      expect(message).toContain('(value: "nobody")')
      expect(message).toMatch(/Locations 1, Latitude must be .* \(value: "91"\)/)
    })

    it('names other fields by their labels, too', async () => {
      const error = await catchError(
        runStep({ expirationDays: '30', expirationDate: '2028-01-31' }),
      )
      const { message } = parseError(error)
      expect(message).toContain('Expires On cannot be combined with Expires')
      expect(message).not.toContain('expirationDays')
    })

    it('keeps the names of placeholders', async () => {
      const error = await catchError(
        runStep({ email_to: 'ada@example.com', email_message: 'Hi {{firstName}}' }),
      )
      expect(error.message).toContain('Send by Email, Message')
      expect(error.message).toContain('{{organizationName}}')
    })

    it('says only what a person has to know: no method, no input data, no log', async () => {
      const gone = { ...env().connection, apiKey: 'pw_live_gone' }
      for (const error of [
        await catchError(runStep({ title: 'x'.repeat(65) })),
        await catchError(runStep({}, gone)),
        await catchError(env().zapier.runSearch({ email: 'ada at example' })),
      ]) {
        expect(error.message).not.toMatch(/What happened|Console logs|inputData|\n/)
      }
    })

    it('expires the connection if its key was revoked', async () => {
      const error = await catchError(runStep({}, { ...env().connection, apiKey: 'pw_live_gone' }))
      expect(error.name).toBe('ExpiredAuthError')
    })

    it('says that the monthly limit is reached, and does not wait for the next month', async () => {
      const free = await env().connect('free')
      await runStep({ value: 'first' }, free)
      const error = await catchError(runStep({ value: 'second' }, free))
      expect(error.name).toBe('AppError')
      expect(parseError(error)).toMatchObject({
        code: 'quota_exceeded',
        status: 429,
        message: expect.stringContaining('Rate limit exceeded. Limit: 1/month'),
      })
    })

    it.each(['quota_exceeded', 'email_limit'])(
      'does not wait for %s, even shortly before its end',
      async (code) => {
        injectFaultOnce(env(), 'POST', /passes/, {
          status: 429,
          headers: { 'retry-after': '5' },
          body: JSON.stringify({ error: 'The limit is reached', code, requestId: 'r' }),
        })
        expect((await catchError(runStep({ value: code }))).name).toBe('AppError')
      },
    )

    it('does not wait for hours for a limit that it does not know', async () => {
      injectFaultOnce(env(), 'POST', /passes/, {
        status: 429,
        headers: { 'retry-after': '86400' },
        body: '{"error":"Tomorrow","code":"limit_of_the_day","requestId":"r"}',
      })
      expect((await catchError(runStep({ value: 'tomorrow' }))).name).toBe('AppError')
    })

    it.each([
      [
        402,
        '{"error":"Pay first","code":"payment_required","requestId":"r"}',
        'payment_required',
        'Pay first',
      ],
      [403, '<html>Forbidden</html>', 'not_passwright', 'in front of'],
      [401, '{"message":"No basic auth"}', 'not_passwright', 'status 401'],
      [404, 'Not here', 'not_passwright', 'status 404'],
    ])(
      'reports status %i with the body %s as an error, without waiting',
      async (status, body, code, words) => {
        injectFaultOnce(env(), 'POST', /passes/, { status, body })
        const error = await catchError(runStep({ value: `unknown ${status}` }))
        expect(error.name).toBe('AppError')
        expect(parseError(error)).toMatchObject({
          status,
          code,
          message: expect.stringContaining(words),
        })
      },
    )

    it('says who must act when the certificate has expired', async () => {
      injectFaultOnce(env(), 'POST', /passes/, {
        status: 503,
        body: '{"error":"The certificate expired on 1 May.","code":"certificate_expired","requestId":"r"}',
      })
      const error = await catchError(runStep({ value: 'certificate' }))
      expect(error.name).toBe('AppError')
      expect(parseError(error).message).toContain('Whoever runs your Passwright service')
    })

    it.each([
      'update_pass',
      'send_pass_by_email',
      'send_message',
      'add_points',
      'void_pass',
      'reactivate_pass',
      'delete_pass',
    ])('%s says that Pass is empty', async (key) => {
      for (const serialNumber of [undefined, null, '', ' \n']) {
        const input = { serialNumber, value: 'x', to: 'ada@example.com' }
        const error = await catchError(env().zapier.runCreate(key, input))
        expect(error.name).toBe('HaltedError')
        expect(error.message).toMatch(/^Pass is empty: .* there is no pass\.$/)
      }
      expect(env().proxy.requests).toEqual([])
    })

    it.each([
      [503, { 'retry-after': '7' }, '{"error":"Starting","code":"not_ready"}', 7],
      [500, {}, '{"error":"Internal error","code":"internal_error"}', 60],
      [502, {}, '<html>Bad Gateway</html>', 60],
      [409, {}, '{"error":"Still running","code":"idempotency_in_progress"}', 60],
      [429, { 'retry-after': '9' }, '{"error":"Slow down","code":"too_many_requests"}', 9],
      [408, {}, '{"error":"Too slow","code":"request_timeout"}', 60],
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
