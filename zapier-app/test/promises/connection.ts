import { describe, expect, it } from 'vitest'
import { failing, meddleOnce, wordsOf } from '../desk.ts'
import { testResult } from '../publishing/connection.ts'
import type { Workshop } from '../workshop.ts'
import type { Connection } from '../zapier.ts'

/** What whoever connects the app to a service is told. */
export function connectionPromises(shop: () => Workshop): void {
  describe('a connection', () => {
    const test = (connection: Partial<Connection>) =>
      shop().zapier.run('authentication.test', {
        authData: { ...shop().connection, ...connection },
      })

    it('is called after its key and its host, path and all', async () => {
      const host = shop().front.url.replace('http://', '')
      const told = await test({})
      expect(told).toMatchObject({ name: 'Door Desk', host, plan: 'unlimited' })
      expect(Object.keys(told as object).sort()).toEqual([...testResult].sort())
      const label = '{{name}} on {{host}}'
      expect(await shop().zapier.command('definition')).toMatchObject({
        authentication: { connectionLabel: label },
      })
    })

    it('does not mind a slash more or less, or blanks around the address', async () => {
      for (const baseUrl of [shop().front.url, `${shop().front.url}//`, ` ${shop().front.url}/ `]) {
        expect(await test({ baseUrl })).toMatchObject({ name: 'Door Desk' })
      }
    })

    it('tells a wrong address, without having shown the key there', async () => {
      const baseUrl = shop().front.url.replace('/press', '/elsewhere')
      expect(wordsOf(await failing(test({ baseUrl })))).toMatchObject({
        code: 'wrong_address',
        message: expect.stringContaining(`No Passwright service answers at ${baseUrl}`),
      })
      meddleOnce(shop(), 'GET', /health/, { status: 200, body: '<html>' })
      expect(wordsOf(await failing(test({})))).toMatchObject({ code: 'wrong_address' })
      expect(shop().front.passed.map(({ headers }) => headers.authorization)).toEqual([undefined])
    })

    it('tells a host where nobody listens', async () => {
      const error = await failing(test({ baseUrl: 'http://127.0.0.1:9' }))
      expect(wordsOf(error)).toMatchObject({ code: 'wrong_address' })
    })

    it.each(['0.0.9', '0.0.10-next.1', 'unknown'])(
      'tells that a service of version %s is too old',
      async (version) => {
        const body = JSON.stringify({ status: 'ok', version })
        meddleOnce(shop(), 'GET', /health/, { status: 200, body })
        expect(wordsOf(await failing(test({})))).toMatchObject({
          code: 'service_too_old',
          message: expect.stringMatching(`Passwright ${version}, and this app needs 0\\.1\\.0`),
        })
      },
    )

    it.each(['0.1.0', '0.10.0', '1.0.0-rc.1'])('takes version %s', async (version) => {
      meddleOnce(shop(), 'GET', /health/, {
        status: 200,
        body: JSON.stringify({ status: 'ok', version }),
      })
      expect(await test({})).toMatchObject({ version })
    })

    it('tells a wrong key, and counts as expired from then on', async () => {
      const error = await failing(test({ apiKey: 'pw_live_nobody' }))
      expect(error.name).toBe('ExpiredAuthError')
      expect(error.message).toMatch(/^The API key is not accepted/)
    })

    it.each([
      ['', 'Enter the address'],
      ['http://passes.example.com', 'must begin with https://'],
      ['ftp://passes.example.com', 'must begin with https://'],
      ['javascript:alert(1)', 'is not an address'],
      ['https://user:word@passes.example.com', 'before the @'],
      ['https://passes.example.com/?to=x', 'before the ? or #'],
      ['https://passes.example.com/#', 'before the ? or #'],
      ['https://passes example.com', 'is not an address'],
      ['http://127.0.0.1.example.com', 'must begin with https://'],
      ['http://10.example.com', 'must begin with https://'],
      ['https:\\\\passes.example.com', 'is not an address'],
    ])('refuses the address %j before anything is sent', async (baseUrl, words) => {
      const logged = shop().zapier.cloud.heard.length
      const { message } = wordsOf(await failing(test({ baseUrl })))
      expect(message).toContain(words)
      const requests = shop()
        .zapier.cloud.heard.slice(logged)
        .filter((text) => /"log_type":"http"/.test(text))
      expect(requests).toEqual([])
    })

    it('gives Zapier a template of how requests are authenticated', async () => {
      expect(await shop().zapier.command('getAuthTemplate')).toMatchObject({
        supported: true,
        template: { headers: { Authorization: 'Bearer {{bundle.authData.apiKey}}' } },
      })
    })
  })
}
