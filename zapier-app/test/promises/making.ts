import { describe, expect, it } from 'vitest'
import {
  anAddress,
  anId,
  basics,
  countOf,
  type Data,
  failing,
  mailsTo,
  meddleOnce,
  specOf,
  wordsOf,
} from '../desk.ts'
import type { Workshop } from '../workshop.ts'

/** Making passes, and what repeats come to. */
export function makingPromises(shop: () => Workshop): void {
  describe('Create Pass', () => {
    it('makes a pass whose file reaches a later step byte for byte, without a key', async () => {
      const made = await shop().zapier.create('create_pass', { ...basics, barcodeFormat: 'Aztec' })
      expect(made).toMatchObject({ voided: false, style: 'generic', id: made.serialNumber })
      const file = await shop().zapier.hydrate(made.file)
      const sent = shop().front.passed.find(({ path }) => path.includes('format=pkpass'))
      expect(file.bytes.equals(sent?.answer ?? Buffer.alloc(0))).toBe(true)
      expect(file.bytes.subarray(0, 2).toString()).toBe('PK')
      expect(file).toMatchObject({
        name: 'riverside-climbing-club.pkpass',
        type: 'application/vnd.apple.pkpass',
      })
    })

    it('mails it in the same step, once', async () => {
      const to = anAddress()
      const made = await shop().zapier.create('create_pass', {
        ...basics,
        email_to: to,
        email_name: 'Ada Example',
        email_message: 'Welcome, {{name}}!',
      })
      expect(made.email).toMatchObject({ to, status: 'queued' })
      const [mail, ...others] = await mailsTo(shop(), to)
      expect(others).toEqual([])
      expect(mail?.text).toContain('Welcome, Ada Example!')
      expect(mail?.attachments.map(({ mimeType }) => mimeType)).toContain(
        'application/vnd.apple.pkpass',
      )
    })

    it('leaves free text as it is, braces and all', async () => {
      const texts = { title: 'Hi {{name}}!', value: '{{bundle.authData.apiKey}}', label: '{{' }
      const { serialNumber } = await shop().zapier.create('create_pass', { ...basics, ...texts })
      expect(await specOf(shop(), serialNumber)).toMatchObject(texts)
    })

    it('takes line items, pairs, switches, numbers and dates', async () => {
      const { serialNumber, ...made } = await shop().zapier.create('create_pass', {
        ...basics,
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
      expect(made).not.toHaveProperty('applePass')
      expect(await specOf(shop(), serialNumber)).toMatchObject({
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
      expect(await shop().zapier.search({ serialNumber })).toMatchObject([
        { metadata: { source: 'form' } },
      ])
    })

    it('makes one pass and one mail when the answer was lost and Zapier tries again', async () => {
      const to = anAddress()
      const asked = { ...basics, value: 'Lost', email_to: to }
      const before = await countOf(shop(), 'pass')
      meddleOnce(shop(), 'POST', /^\/api\/passes/, 'lose the answer')
      const error = await failing(shop().zapier.create('create_pass', asked))
      expect(error.name).toBe('ThrottledError')
      expect(wordsOf(error)).toMatchObject({ delay: 60 })
      const again = await shop().zapier.create('create_pass', asked)
      const replayed = await shop().zapier.create('create_pass', asked)
      expect(replayed).toMatchObject({ id: again.id, email: again.email })
      expect(await countOf(shop(), 'pass')).toBe(before + 1)
      expect(await mailsTo(shop(), to)).toHaveLength(1)
    })

    it('makes another pass for other content, and for another Zap', async () => {
      const asked = { ...basics, value: 'Another' }
      const one = await shop().zapier.create('create_pass', asked)
      const other = await shop().zapier.create('create_pass', { ...asked, label: 'Guest' })
      const elsewhere = await shop().zapier.create('create_pass', asked, undefined, '7002')
      expect(new Set([one.id, other.id, elsewhere.id]).size).toBe(3)
    })
  })

  describe('Create or Update Pass', () => {
    const step = (inputData: Data) => shop().zapier.create('create_or_update_pass', inputData)

    it('has one pass for an ID, which says what was asked last', async () => {
      const externalId = anId()
      const before = await countOf(shop(), 'pass')
      const first = await step({ ...basics, externalId, value: 'Trial' })
      const second = await step({ ...basics, externalId, value: 'Paid' })
      expect(second.id).toBe(first.id)
      expect(second.file).not.toBe(first.file)
      const third = await step({ ...basics, externalId, value: 'Trial' })
      expect(await specOf(shop(), third.id)).toMatchObject({ value: 'Trial' })
      expect(await countOf(shop(), 'pass')).toBe(before + 1)
    })

    it('sends one mail for each state of the pass, however often it runs', async () => {
      const externalId = anId()
      const to = anAddress()
      const asked = { ...basics, externalId, email_to: to }
      meddleOnce(shop(), 'POST', /email$/, 'lose the answer')
      await failing(step(asked))
      await step(asked)
      expect(await step(asked)).toMatchObject({ email: { to, status: 'queued' } })
      expect(await mailsTo(shop(), to)).toHaveLength(1)
      await step({ ...asked, value: 'Paid' })
      await step({ ...asked, value: 'Paid' })
      await step(asked)
      expect(await mailsTo(shop(), to)).toHaveLength(3)
    })
  })
}
