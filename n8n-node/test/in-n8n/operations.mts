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

  it('previews the fields of an operation before it has run, and returns no others', async () => {
    const preview = async (path: string) => {
      const response = await fetch(
        `${fixtures.env.n8n.url}/schemas/n8n-nodes-passwright.passwright/1.0.0/${path}.json`,
      )
      expect(response.status, path).toBe(200)
      return Object.keys(((await response.json()) as { properties: object }).properties)
    }
    const { json } = getFirstItem(
      await runOperation('upsert', { ...samplePass, externalId: 'preview-1' }),
    )
    const pass = selectBySerialNumber(String(json.serialNumber))
    const results: [string, Record<string, unknown>][] = [['upsert', json]]
    for (const operation of ['update', 'get', 'download', 'void', 'reactivate', 'delete']) {
      results.push([operation, getFirstItem(await runOperation(operation, { pass })).json])
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
