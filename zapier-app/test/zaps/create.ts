import { describe, expect, it } from 'vitest'
import {
  catchError,
  countRows,
  createEmailAddress,
  createExternalId,
  type Data,
  injectFaultOnce,
  parseError,
  readSpec,
  samplePass,
  waitForMails,
} from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests the actions that create a pass, including retries and replays. */
export function testCreates(env: () => TestEnvironment): void {
  describe('Create Pass', () => {
    it('creates a pass whose file reaches a later step byte for byte, without a key', async () => {
      const pass = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        barcodeFormat: 'Aztec',
      })
      expect(pass).toMatchObject({ voided: false, style: 'generic', id: pass.serialNumber })
      const file = await env().zapier.hydrate(pass.file)
      const sent = env().proxy.requests.find(({ path }) => path.includes('format=pkpass'))
      expect(file.bytes.equals(sent?.responseBody ?? Buffer.alloc(0))).toBe(true)
      expect(file.bytes.subarray(0, 2).toString()).toBe('PK')
      expect(file).toMatchObject({
        name: 'riverside-climbing-club.pkpass',
        type: 'application/vnd.apple.pkpass',
      })
    })

    it('sends the pass by email in the same step, once', async () => {
      const to = createEmailAddress()
      const pass = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        email_to: to,
        email_name: 'Ada Example',
        email_message: 'Welcome, {{name}}!',
      })
      expect(pass.email).toMatchObject({ to, status: 'queued' })
      const [mail, ...others] = await waitForMails(env(), to)
      expect(others).toEqual([])
      expect(mail?.text).toContain('Welcome, Ada Example!')
      expect(mail?.attachments.map(({ mimeType }) => mimeType)).toContain(
        'application/vnd.apple.pkpass',
      )
    })

    it('keeps curly braces in texts', async () => {
      const texts = { title: 'Hi {{name}}!', value: '{{bundle.authData.apiKey}}', label: '{{' }
      const { serialNumber } = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        ...texts,
      })
      expect(await readSpec(env(), serialNumber)).toMatchObject(texts)
    })

    it('accepts line items, pairs, booleans, numbers and dates', async () => {
      const { serialNumber, ...pass } = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        secondaryFields: [
          { secondaryFields_label: 'Points', secondaryFields_value: '120' },
          { secondaryFields_label: '', secondaryFields_value: '' },
          {
            secondaryFields_label: 'Fee',
            secondaryFields_value: '48.5',
            secondaryFields_currencyCode: 'EUR',
          },
        ],
        backFields: [
          {
            backFields_label: 'Help',
            backFields_value: 'club.example',
            backFields_dataDetectorTypes: 'link, phoneNumber',
          },
        ],
        locations: [{ locations_latitude: '48.2082', locations_longitude: 16.3738 }],
        metadata: { source: 'form' },
        expirationDate: '2028-01-31T23:59:59+01:00',
        sharingProhibited: 'false',
        maxDistance: '200',
        logoText: '',
        color: null,
      })
      expect(pass).not.toHaveProperty('applePass')
      expect(await readSpec(env(), serialNumber)).toMatchObject({
        secondaryFields: [
          { label: 'Points', value: '120' },
          { label: 'Fee', value: 48.5, currencyCode: 'EUR' },
        ],
        backFields: [{ dataDetectorTypes: ['link', 'phoneNumber'] }],
        locations: [{ latitude: 48.2082, longitude: 16.3738 }],
        expirationDate: '2028-01-31T23:59:59+01:00',
        sharingProhibited: false,
        maxDistance: 200,
      })
      expect(await env().zapier.runSearch({ serialNumber })).toMatchObject([
        { metadata: { source: 'form' } },
      ])
    })

    it('creates one pass and sends one email if the response is lost and Zapier retries', async () => {
      const to = createEmailAddress()
      const input = { ...samplePass, value: 'Lost', email_to: to }
      const before = await countRows(env(), 'pass')
      injectFaultOnce(env(), 'POST', /^\/api\/passes/, 'lose the response')
      const error = await catchError(env().zapier.runCreate('create_pass', input))
      expect(error.name).toBe('ThrottledError')
      expect(parseError(error)).toMatchObject({ delay: 60 })
      const again = await env().zapier.runCreate('create_pass', input)
      const replayed = await env().zapier.runCreate('create_pass', input)
      expect(replayed).toMatchObject({ id: again.id, email: again.email })
      expect(await countRows(env(), 'pass')).toBe(before + 1)
      expect(await waitForMails(env(), to)).toHaveLength(1)
    })

    it('creates another pass for other input data, and in another Zap', async () => {
      const input = { ...samplePass, value: 'Another' }
      const ids = [
        await env().zapier.runCreate('create_pass', input),
        await env().zapier.runCreate('create_pass', { ...input, label: 'Guest' }),
        await env().zapier.runCreate('create_pass', input, undefined, '7002'),
      ].map(({ id }) => id)
      expect(new Set(ids).size).toBe(3)
    })
  })

  describe('Create or Update Pass', () => {
    const runStep = (inputData: Data) => env().zapier.runCreate('create_or_update_pass', inputData)

    it('keeps one pass for an ID, with the values of the last request', async () => {
      const externalId = createExternalId()
      const before = await countRows(env(), 'pass')
      const first = await runStep({ ...samplePass, externalId, value: 'Trial' })
      const second = await runStep({ ...samplePass, externalId, value: 'Paid' })
      expect(second.id).toBe(first.id)
      expect(second.file).not.toBe(first.file)
      const third = await runStep({ ...samplePass, externalId, value: 'Trial' })
      expect(await readSpec(env(), third.id)).toMatchObject({ value: 'Trial' })
      expect(await countRows(env(), 'pass')).toBe(before + 1)
    })

    it('sends one email for each change of the pass, however often it runs', async () => {
      const externalId = createExternalId()
      const to = createEmailAddress()
      const input = { ...samplePass, externalId, email_to: to }
      injectFaultOnce(env(), 'POST', /passes$/, 'lose the response')
      await catchError(runStep(input))
      await runStep(input)
      expect(await runStep(input)).not.toHaveProperty('email')
      expect(await waitForMails(env(), to)).toHaveLength(1)
      await runStep({ ...input, value: 'Paid' })
      await runStep({ ...input, value: 'Paid' })
      const changed = await runStep(input)
      expect(changed).toMatchObject({ email: { to, status: 'queued' } })
      expect(await waitForMails(env(), to)).toHaveLength(3)
      await runStep({ ...input, value: 'Due', email_when: 'created' })
      await runStep({ ...input, value: 'Due', email_when: 'always' })
      expect(await waitForMails(env(), to)).toHaveLength(4)
    })
  })
}
