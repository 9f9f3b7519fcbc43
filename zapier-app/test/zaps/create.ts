import { describe, expect, it } from 'vitest'
import type { Definition } from '../publishing/definition.ts'
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

    it('makes a coupon, a ticket and a boarding pass, and changes the style of a pass', async () => {
      const create = (inputData: Data) =>
        env().zapier.runCreate('create_pass', { ...samplePass, ...inputData })
      expect(await create({ value: 'Coupon', style: 'Coupon' })).toMatchObject({ style: 'coupon' })
      const ticket = await create({
        value: 'Ticket',
        style: 'event ticket',
        groupingIdentifier: 'festival',
        userInfo: '{ "tier": "gold" }',
        localizations: '{ "de": { "Seat": "Platz" } }',
        beacons: [{ beacons_proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70' }],
      })
      expect(await readSpec(env(), ticket.id)).toMatchObject({
        style: 'eventTicket',
        groupingIdentifier: 'festival',
        userInfo: { tier: 'gold' },
        localizations: { de: { Seat: 'Platz' } },
        beacons: [{}],
      })
      const boarding = { style: 'boardingPass', transitType: 'PKTransitTypeAir' }
      const { id } = await create({ value: 'Boarding', ...boarding })
      expect(await readSpec(env(), id)).toMatchObject({ style: 'boardingPass', transitType: 'air' })

      const changes = { serialNumber: ticket.id, ...boarding }
      const changed = await env().zapier.runCreate('update_pass', changes)
      expect(changed).toMatchObject({ id: ticket.id, style: 'boardingPass' })
    })

    it('halts for JSON that cannot be read, and for a style without what it needs', async () => {
      const run = (inputData: Data) =>
        catchError(env().zapier.runCreate('create_pass', { ...samplePass, ...inputData }))
      const unreadable = await run({ userInfo: '{ tier: gold }' })
      expect(unreadable.name).toBe('HaltedError')
      expect(unreadable.message).toContain('Data for Your App')
      const incomplete = await run({ style: 'boardingPass' })
      expect(incomplete.name).toBe('HaltedError')
      expect(incomplete.message).toContain('Transit Type')
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
        await env().zapier.runCreate('create_pass', input, { zapId: '7002' }),
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

    it('sends the email only when the pass is new, unless the maker chooses otherwise', async () => {
      const externalId = createExternalId()
      const to = createEmailAddress()
      const input = { ...samplePass, externalId, email_to: to }
      injectFaultOnce(env(), 'POST', /passes\?/, 'lose the response')
      await catchError(runStep(input))
      for (const value of ['Trial', 'Trial', 'Paid']) {
        expect(await runStep({ ...input, value })).toMatchObject({ email: null })
      }
      expect(await waitForMails(env(), to)).toHaveLength(1)
      await runStep({ ...input, value: 'Due', email_when: 'changed' })
      const again = { ...input, value: 'Due', email_when: 'Always' }
      expect(await runStep(again)).toMatchObject({ email: { to, status: 'queued' } })
      expect(await waitForMails(env(), to)).toHaveLength(3)
    })

    it('says what happened: created, updated, unchanged', async () => {
      const input = { ...samplePass, externalId: createExternalId(), value: 'Trial' }
      expect(await runStep(input)).toMatchObject({ outcome: 'created', title: samplePass.title })
      expect(await runStep({ ...input, value: 'Paid' })).toMatchObject({ outcome: 'updated' })
      expect(await runStep({ ...input, value: 'Paid' })).toMatchObject({ outcome: 'unchanged' })
    })

    it('leaves what is empty as it is, and removes it with Replace Everything', async () => {
      const externalId = createExternalId()
      const { id } = await runStep({
        ...samplePass,
        externalId,
        value: 'Trial',
        colorPreset: 'blue',
      })
      await runStep({ externalId, title: null, value: 'Paid', colorPreset: '', label: ' ' })
      expect(await readSpec(env(), id)).toMatchObject({
        ...samplePass,
        value: 'Paid',
        colorPreset: 'blue',
      })
      await runStep({ externalId, title: 'Club', value: '', replaceEverything: 'true' })
      const spec = await readSpec(env(), id)
      expect(spec).toMatchObject({ title: 'Club' })
      expect(spec).not.toHaveProperty('value')
      expect(spec).not.toHaveProperty('colorPreset')
    })

    it('takes days instead of a date, and a date instead of days, on a pass that exists', async () => {
      const externalId = createExternalId()
      const { id } = await runStep({ ...samplePass, externalId, expirationDate: '2028-01-31' })
      await runStep({ externalId, expirationDays: '30' })
      await runStep({ externalId, expirationDate: '2029-01-31' })
      expect(await readSpec(env(), id)).toMatchObject({
        expirationDate: '2029-01-31T23:59:59+01:00',
      })
    })

    it('of Create Pass leaves what is empty as it is, too', async () => {
      const externalId = createExternalId()
      const input = { ...samplePass, externalId, value: 'Trial' }
      const { id } = await env().zapier.runCreate('create_pass', input)
      const again = { title: 'Club', externalId, value: '' }
      expect(await env().zapier.runCreate('create_pass', again)).toMatchObject({ id })
      expect(await readSpec(env(), id)).toMatchObject({
        ...samplePass,
        title: 'Club',
        value: 'Trial',
      })
    })

    it.each([undefined, null, '', '  ', '\u200b'])(
      'halts if the own ID is %j, and makes no pass',
      async (externalId) => {
        const before = await countRows(env(), 'pass')
        const error = await catchError(runStep({ ...samplePass, externalId }))
        expect(error.name).toBe('HaltedError')
        expect(error.message).toContain('Your Own ID is empty')
        expect(await countRows(env(), 'pass')).toBe(before)
      },
    )

    it('finds the pass of an own ID with blanks around it', async () => {
      const externalId = createExternalId()
      const { id } = await runStep({ ...samplePass, externalId })
      expect(await runStep({ ...samplePass, externalId: ` ${externalId}\n` })).toMatchObject({
        id,
        externalId,
      })
    })

    it('says that a void pass stays void', async () => {
      const input = { ...samplePass, externalId: createExternalId() }
      const { id } = await runStep(input)
      await env().zapier.runCreate('void_pass', { serialNumber: id })
      expect(await runStep({ ...input, value: 'Paid' })).toMatchObject({
        id,
        voided: true,
        outcome: 'updated',
        warnings: expect.stringContaining('stays void'),
      })
    })
  })

  describe('the forms', () => {
    const listKeys = async (key: string, inputData?: Data) =>
      (await env().zapier.getInputFields(key, inputData)).map((field) => field.key)

    it('of Create Pass opens with at most thirteen questions', async () => {
      const keys = await listKeys('create_pass')
      expect(keys.length).toBeLessThanOrEqual(13)
      expect(keys).toEqual(expect.arrayContaining(['title', 'barcodeValue', 'email_to']))
    })

    it.each(['create_pass', 'create_or_update_pass', 'update_pass'])(
      'of %s brings all other fields with More Fields, and none with it off',
      async (key) => {
        const first = await listKeys(key)
        for (const off of ['', null, 'false', false]) {
          expect(await listKeys(key, { moreFields: off })).toEqual(first)
        }
        for (const on of ['true', true, ' Yes ']) {
          const all = await listKeys(key, { moreFields: on })
          expect(all.slice(0, first.length)).toEqual(first)
          expect(all).toEqual(expect.arrayContaining(['locations', 'backFields', 'labelColor']))
          expect(new Set(all).size).toBe(all.length)
        }
      },
    )

    it.each([
      ['generic', ['thumbnailURL'], ['transitType', 'stripURL', 'backgroundURL', 'footerURL']],
      ['Event Ticket', ['thumbnailURL', 'stripURL', 'backgroundURL'], ['transitType', 'footerURL']],
      ['coupon', ['stripURL'], ['transitType', 'thumbnailURL', 'backgroundURL', 'footerURL']],
      ['boardingPass', ['transitType', 'footerURL'], ['stripURL', 'thumbnailURL', 'backgroundURL']],
    ])(
      'ask for what a pass of the style %s has as soon as it is chosen, and for nothing else',
      async (style, expected, hidden) => {
        for (const key of ['create_pass', 'create_or_update_pass', 'update_pass']) {
          const opened = await listKeys(key)
          const chosen = await listKeys(key, { style })
          expect(chosen.slice(0, opened.length)).toEqual(opened)
          expect(chosen.slice(opened.length)).toEqual(expect.arrayContaining(expected))
          const all = await listKeys(key, { style, moreFields: true })
          expect(all).toEqual(expect.arrayContaining([...expected, 'backFields', 'iconURL']))
          expect([...chosen, ...all].filter((each) => hidden.includes(each))).toEqual([])
        }
      },
    )

    it('ask for the name of the recipient as soon as there is an address', async () => {
      const opened = await listKeys('create_pass', { email_to: ' ' })
      expect(opened).not.toContain('email_name')
      const filled = await listKeys('create_pass', { email_to: 'ada@example.com' })
      expect(filled).toEqual([...opened, 'email_name'])
    })

    it('ask for what any style has while the style is open, or comes from an earlier step', async () => {
      for (const style of ['', null, '{{123__style}}']) {
        const all = await listKeys('update_pass', { style, moreFields: true })
        expect(all).toEqual(expect.arrayContaining(['stripURL', 'backgroundURL', 'footerURL']))
      }
    })

    it('have no input that Zapier converts itself, except switches', async () => {
      const fields = await env().zapier.getInputFields('create_pass', { moreFields: true })
      const typed = fields
        .flatMap((field) => [field, ...(field.children ?? [])])
        .filter(({ type = 'string' }) => !['string', 'text'].includes(type))
        .map(({ key }) => key)
      expect(typed).toEqual(['moreFields'])
    })
  })

  describe('the samples of actions and the search', () => {
    it('have the fields of live results', async () => {
      const { creates, searches } = (await env().zapier.runCommand('definition')) as Definition
      const input = {
        ...samplePass,
        externalId: createExternalId(),
        metadata: { source: 'form' },
        backFields: [{ backFields_key: 'points', backFields_value: '7' }],
      }
      const to = createEmailAddress()
      const { id } = await env().zapier.runCreate('create_or_update_pass', input)
      const counter = { field: 'points', by: '1' }
      const update = {
        serialNumber: id,
        value: 'Live',
        to,
        email: to,
        message: 'Hello',
        ...counter,
      }
      for (const [key, { operation }] of Object.entries(creates)) {
        const isCreating = key.startsWith('create_')
        const live = await env().zapier.runCreate(
          key,
          isCreating ? { ...input, email_to: to } : update,
        )
        expect([key, ...Object.keys(live).sort()]).toEqual([
          key,
          ...Object.keys(operation.sample ?? {}).sort(),
        ])
        if (key !== 'delete_pass') continue
        expect(live).toMatchObject({ voided: operation.sample?.voided })
      }
      const { id: other } = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: to,
      })
      const [found] = await env().zapier.runSearch({ serialNumber: other })
      expect(Object.keys(found ?? {}).sort()).toEqual(
        Object.keys(searches.find_pass?.operation.sample ?? {}).sort(),
      )
    })
  })
}
