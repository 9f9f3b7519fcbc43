import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Fixtures, sha256 } from '../support/fixtures.mts'
import { listEntries, onePixelPng, readPassJson } from '../support/pass-file.mts'
import {
  buildPasswrightNode,
  buildWorkflow,
  manualTrigger,
  selectBySerialNumber,
} from '../support/workflow.mts'
import { expectIdenticalFiles } from './file-bytes.mts'

/** Tests every operation against the service. */
export function testOperations(fixtures: Fixtures): void {
  const { runOperation, getFirstItem, samplePass, hashServedFile, findMails } = fixtures
  it('creates a pass as a file and as JSON', async () => {
    const item = getFirstItem(
      await runOperation('create', { ...samplePass, label: 'Member', value: 'Ada Example' }),
    )
    expect(item.binary?.data).toMatchObject({
      fileName: 'riverside-climbing-club.pkpass',
      mimeType: 'application/vnd.apple.pkpass',
    })
    expect(item.json).toMatchObject({ voided: false, fileName: 'riverside-climbing-club.pkpass' })
    expect(item.json).not.toHaveProperty('applePass')
    const bytes = await fixtures.env.n8n.downloadFile(item)
    expect(bytes.subarray(0, 2).toString()).toBe('PK')
    expect(sha256(bytes)).toBe(await hashServedFile(item.json.serialNumber))
  })

  it('keeps the file byte for byte on disk, in a webhook response and in the email', () =>
    expectIdenticalFiles(fixtures, 'filesystem'))

  it('puts the values of every group of the form into the pass', async () => {
    const item = getFirstItem(
      await runOperation('create', {
        ...samplePass,
        barcodeFormat: 'PDF417',
        look: { colorPreset: 'green', logoText: 'Riverside', cardLabel: 'MEMBERSHIP' },
        fields: {
          primaryFields: { entries: [{ label: 'Member', value: 'Ada Example', more: {} }] },
          backFields: {
            entries: [{ label: 'Fee', value: 48.5, more: { key: 'fee', currencyCode: 'EUR' } }],
          },
        },
        whenAndWhere: {
          expirationDate: '2028-01-31T23:59:59',
          locations: { entries: [{ latitude: 48.2, longitude: 16.3, relevantText: 'Welcome' }] },
        },
        reference: { externalId: 'form-1', metadata: { entries: [{ key: 'a', value: 1 }] } },
        options: { fileName: 'form', moreJson: '{ "maxDistance": 250 }' },
      }),
    )
    expect(item.binary?.data?.fileName).toBe('form.pkpass')
    expect(item.json).toMatchObject({ externalId: 'form-1' })
    const pass = readPassJson(await fixtures.env.n8n.downloadFile(item))
    expect(pass).toMatchObject({
      logoText: 'Riverside',
      // n8n's date picker adds no offset: the time zone of the workflow applies, here Vienna.
      expirationDate: '2028-01-31T23:59:59+01:00',
      locations: [{ latitude: 48.2, longitude: 16.3, relevantText: 'Welcome' }],
      maxDistance: 250,
      barcodes: [{ format: 'PKBarcodeFormatPDF417', message: 'MEMBER-1042' }],
    })
    expect(JSON.stringify(pass)).toContain('"key":"fee"')
    expect(JSON.stringify(pass)).toContain('"currencyCode":"EUR"')
    expect(await fixtures.env.request(`/api/passes/${item.json.serialNumber}`)).toMatchObject({
      metadata: { a: '1' },
    })
  })

  it('makes a coupon, a ticket and a boarding pass, and changes the style of a pass', async () => {
    const create = async (parameters: object) => {
      const execution = await runOperation('create', { ...samplePass, ...parameters })
      const item = getFirstItem(execution)
      return { item, pass: readPassJson(await fixtures.env.n8n.downloadFile(item)) }
    }
    const coupon = await create({ style: 'coupon' })
    expect(coupon.pass).toMatchObject({ coupon: {} })
    const apple = {
      groupingIdentifier: 'festival',
      userInfo: '{ "tier": "gold" }',
      localizations: { de: { Seat: 'Platz' } },
      semantics: { venueName: 'Riverside Hall' },
    }
    const ticket = await create({ style: 'eventTicket', label: 'Seat', value: 'A 12', apple })
    expect(ticket.pass).toMatchObject({
      eventTicket: {},
      groupingIdentifier: 'festival',
      userInfo: { tier: 'gold' },
      semantics: { venueName: 'Riverside Hall' },
    })
    expect(listEntries(await fixtures.env.n8n.downloadFile(ticket.item))).toContain(
      'de.lproj/pass.strings',
    )
    // The form has a transit type as soon as the style is Boarding Pass.
    const beacons = { entries: [{ proximityUUID: '5f1c2a54-9d0e-4c8f-8f7e-2b1d9a3c5e70' }] }
    const boarding = await create({ style: 'boardingPass', whenAndWhere: { beacons } })
    expect(boarding.pass).toMatchObject({
      boardingPass: { transitType: 'PKTransitTypeTrain' },
      beacons: [{ proximityUUID: expect.stringMatching(/^5f1c2a54/i) }],
    })

    const pass = selectBySerialNumber(String(coupon.item.json.serialNumber))
    const look = { style: 'boardingPass', transitType: 'PKTransitTypeAir' }
    const changed = getFirstItem(await runOperation('update', { pass, look }))
    expect(changed.json.style).toBe('boardingPass')
    const file = await fixtures.env.n8n.downloadFile(changed)
    expect(readPassJson(file)).toMatchObject({ boardingPass: { transitType: 'PKTransitTypeAir' } })
  })

  it('reads an image from a binary field of an earlier node', async () => {
    const path = join(fixtures.env.n8n.filesFolder, 'logo.png')
    writeFileSync(path, onePixelPng)
    const withImage = buildWorkflow('with image', [
      manualTrigger,
      {
        name: 'Read',
        type: 'n8n-nodes-base.readWriteFile',
        parameters: { operation: 'read', fileSelector: path },
      },
      buildPasswrightNode(fixtures.env.credentialId, 'create', {
        ...samplePass,
        images: { logoURLInputField: 'data' },
      }),
    ])
    const item = getFirstItem(
      await fixtures.env.n8n.run(await fixtures.env.n8n.addWorkflow(withImage), 'Start'),
    )
    expect(listEntries(await fixtures.env.n8n.downloadFile(item))).toContain('logo.png')
  })

  it('updates, voids, reactivates, gets and deletes a pass, by serial number or by your own ID', async () => {
    const upserted = getFirstItem(
      await runOperation('upsert', { ...samplePass, externalId: 'member-7' }),
    )
    const again = getFirstItem(
      await runOperation('upsert', { ...samplePass, externalId: 'member-7', title: 'Riverside 2' }),
    )
    expect(again.json.serialNumber).toBe(upserted.json.serialNumber)
    const pass = { __rl: true, mode: 'externalId', value: 'member-7' }

    const changed = getFirstItem(
      await runOperation('update', {
        pass,
        basics: { value: 'Grace Example', label: 'Member' },
        remove: ['barcode'],
      }),
    )
    expect(changed.json).toMatchObject({
      unchanged: false,
      notifiedDevices: 0,
      title: 'Riverside 2',
      fileName: 'riverside-2.pkpass',
    })
    expect(sha256(await fixtures.env.n8n.downloadFile(changed))).toBe(
      await hashServedFile(again.json.serialNumber),
    )
    const file = readPassJson(
      await fixtures.env.n8n.downloadFile(getFirstItem(await runOperation('download', { pass }))),
    )
    expect(JSON.stringify(file)).toContain('Grace Example')
    expect(file).not.toHaveProperty('barcodes')

    expect(getFirstItem(await runOperation('void', { pass })).json).toMatchObject({ voided: true })
    expect(getFirstItem(await runOperation('get', { pass })).json).toMatchObject({ voided: true })
    expect(getFirstItem(await runOperation('reactivate', { pass })).json).toMatchObject({
      voided: false,
    })
    expect(getFirstItem(await runOperation('delete', { pass })).json).toMatchObject({
      deleted: true,
    })
    expect(
      (await runOperation('void', { pass: selectBySerialNumber(String(again.json.serialNumber)) }))
        .error,
    ).toMatchObject({ message: expect.stringMatching(/delete/i) })
  })

  it('sends an existing pass by email, with your own subject', async () => {
    const { serialNumber } = getFirstItem(await runOperation('create', samplePass)).json
    const sent = getFirstItem(
      await runOperation('sendEmail', {
        pass: selectBySerialNumber(String(serialNumber)),
        to: 'grace@example.com',
        name: 'Grace Example',
        options: { subject: 'A card for {{name}}' },
      }),
    )
    expect(sent.json).toMatchObject({ serialNumber, to: 'grace@example.com', status: 'queued' })
    await fixtures.env.smtp.waitUntil(() => findMails('grace@example.com').length === 1, 15_000)
    expect(findMails('grace@example.com').join('')).toMatch(/^Subject: A card for Grace Example/m)
  })

  it('lists passes across pages, up to a limit, and filtered', async () => {
    const items = Array.from({ length: 120 }, (_, index) => ({ id: `many-${index}` }))
    await runOperation(
      'create',
      {
        ...samplePass,
        reference: {
          externalId: '={{ $json.id }}',
          metadata: { entries: [{ key: 'batch', value: 'many' }] },
        },
      },
      items,
    )
    const filters = { metadata: { entries: [{ key: 'batch', value: 'many' }] } }
    const all = await runOperation('getAll', { returnAll: true, filters })
    expect(all.outputs('Passwright')[0]).toHaveLength(120)
    const some = await runOperation('getAll', { limit: 3, filters })
    expect(some.outputs('Passwright')[0]).toHaveLength(3)
    const one = await runOperation('getAll', { returnAll: true, filters: { externalId: 'many-7' } })
    expect(one.outputs('Passwright')[0]?.map(({ json }) => json.externalId)).toEqual(['many-7'])
  })

  it('offers the passes in a searchable list', async () => {
    const search = (filter?: string) =>
      fixtures.env.n8n.request<{ results: { name: string; value: string }[] }>(
        '/dynamic-node-parameters/resource-locator-results',
        {
          path: 'parameters.pass',
          methodName: 'searchPasses',
          nodeTypeAndVersion: { name: 'n8n-nodes-passwright.passwright', version: 1 },
          currentNodeParameters: { resource: 'pass', operation: 'get' },
          credentials: { passwrightApi: { id: fixtures.env.credentialId, name: 'Passwright' } },
          ...(filter === undefined ? {} : { filter }),
        },
      )
    const created = getFirstItem(
      await runOperation('create', { ...samplePass, reference: { externalId: 'searched-9' } }),
    )
    const found = await search('SEARCHED')
    expect(found.results).toEqual([
      expect.objectContaining({
        name: 'Riverside Climbing Club · searched-9',
        value: created.json.serialNumber,
      }),
    ])
    expect((await search()).results.length).toBeGreaterThan(1)
    expect((await search('nobody@example.com')).results).toEqual([])
    const byNumber = await search(String(created.json.serialNumber))
    expect(byNumber.results).toEqual(found.results)
    await runOperation('create', { ...samplePass, label: 'Member', value: 'Zora Findable' })
    expect((await search('zora find')).results).toHaveLength(1)
    await runOperation('delete', { pass: selectBySerialNumber(String(created.json.serialNumber)) })
    expect((await search('SEARCHED')).results).toEqual([])
    const mailed = getFirstItem(
      await runOperation('createAndSend', { ...samplePass, to: 'found@example.com' }),
    )
    const { results } = await search('found@example.com')
    expect(results.map(({ value }) => value)).toEqual([mailed.json.serialNumber])
  })

  it('adds to a counter for each row, and sends a message again', async () => {
    const { json } = getFirstItem(
      await runOperation('create', {
        ...samplePass,
        fields: { backFields: { entries: [{ label: 'P', value: '7', more: { key: 'points' } }] } },
      }),
    )
    const pass = selectBySerialNumber(String(json.serialNumber))
    const execution = await runOperation(
      'addToCounter',
      {
        pass,
        field: 'points',
        by: '={{ $json.points }}',
        reference: '={{ $json.order }}',
        options: { min: 0, max: 10, itemsAtOnce: 1 },
      },
      [
        { order: 1, points: '1,5' },
        { order: 1, points: '1,5' },
        { order: 2, points: 4 },
        { order: 3, points: -20 },
        { order: 4, points: '1,234' },
      ],
      { onError: 'continueRegularOutput' },
    )
    const rows = execution.outputs('Passwright')[0]?.map(({ json }) => json) ?? []
    expect(rows.slice(0, 3)).toMatchObject([
      { field: 'points', before: 7, after: 8.5, reached: false, unchanged: false },
      { before: 8.5, after: 8.5, unchanged: true },
      { before: 8.5, after: 10, reached: true, title: samplePass.title },
    ])
    expect(rows[3]).toMatchObject({ order: 3, error: expect.stringContaining('below 0') })
    expect(rows[4]).toMatchObject({
      order: 4,
      error: expect.stringMatching(/^Number to Add: "1,234"/),
    })
    const set = { pass, field: 'points', change: 'set', set: 0 }
    expect(getFirstItem(await runOperation('addToCounter', set)).json).toMatchObject({
      before: 10,
      after: 0,
    })

    for (let times = 0; times < 2; times += 1) {
      const message = { pass, message: 'Your table is ready' }
      const sent = getFirstItem(await runOperation('sendMessage', message))
      expect(sent.json).toMatchObject({ notifiedDevices: 0, unchanged: false })
      expect(sent.binary).toBeUndefined()
    }
  })

  it('previews the fields of an operation before it has run, and returns no others', async () => {
    const preview = async (path: string) => {
      const response = await fetch(
        `${fixtures.env.n8n.url}/schemas/n8n-nodes-passwright.passwright/1.0.0/${path}.json`,
      )
      expect(response.status, path).toBe(200)
      return Object.keys(((await response.json()) as { properties: object }).properties)
    }
    const { json } = getFirstItem(
      await runOperation('upsert', {
        ...samplePass,
        externalId: 'preview-1',
        fields: { backFields: { entries: [{ label: 'P', value: '7', more: { key: 'points' } }] } },
      }),
    )
    const pass = selectBySerialNumber(String(json.serialNumber))
    const results: [string, Record<string, unknown>][] = [['upsert', json]]
    const parameters = { pass, field: 'points', by: 1, message: 'Hello' }
    for (const operation of [
      'update',
      'get',
      'download',
      'addToCounter',
      'sendMessage',
      'void',
      'reactivate',
      'delete',
    ]) {
      results.push([operation, getFirstItem(await runOperation(operation, parameters)).json])
    }
    for (const [operation, result] of results) {
      expect(await preview(`pass/${operation}`), operation).toEqual(
        expect.arrayContaining(Object.keys(result)),
      )
    }
    const usage = getFirstItem(await runOperation('getUsage', { resource: 'account' }))
    expect(await preview('account/getUsage')).toEqual(
      expect.arrayContaining(Object.keys(usage.json)),
    )
  })

  it('gets the usage of the API key', async () => {
    const item = getFirstItem(await runOperation('getUsage', { resource: 'account' }))
    expect(item.json).toMatchObject({ plan: 'unlimited', limit: null, count: expect.any(Number) })
  })
}
