import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { entriesOf, passJson, redDot } from '../host/pass-file.mts'
import { sha256, type Tools } from '../host/tools.mts'
import { bySerial, chain, passwright, start } from '../host/workflow.mts'
import { isSameEverywhere } from './file-bytes.mts'

/** Every operation, through the service and back. */
export function operations(tools: Tools): void {
  const { run, first, club, current, mailsTo } = tools
  it('makes a pass: the file, and JSON that is useful without it', async () => {
    const item = first(await run('create', { ...club, label: 'Member', value: 'Ada Example' }))
    expect(item.binary?.data).toMatchObject({
      fileName: 'riverside-climbing-club.pkpass',
      mimeType: 'application/vnd.apple.pkpass',
    })
    expect(item.json).toMatchObject({ voided: false, fileName: 'riverside-climbing-club.pkpass' })
    expect(item.json).not.toHaveProperty('applePass')
    const bytes = await tools.house.n8n.file(item)
    expect(bytes.subarray(0, 2).toString()).toBe('PK')
    expect(sha256(bytes)).toBe(await current(item.json.serialNumber))
  })

  it('keeps the file the same byte for byte: on disk, in a webhook answer and in the mail', () =>
    isSameEverywhere(tools, 'filesystem'))

  it('fills what the form says into the pass, group by group', async () => {
    const item = first(
      await run('create', {
        ...club,
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
    const pass = passJson(await tools.house.n8n.file(item))
    expect(pass).toMatchObject({
      logoText: 'Riverside',
      // n8n's own dates have no offset: they are meant in the time zone of the workflow, here Vienna.
      expirationDate: '2028-01-31T23:59:59+01:00',
      locations: [{ latitude: 48.2, longitude: 16.3, relevantText: 'Welcome' }],
      maxDistance: 250,
      barcodes: [{ format: 'PKBarcodeFormatPDF417', message: 'MEMBER-1042' }],
    })
    expect(JSON.stringify(pass)).toContain('"key":"fee"')
    expect(JSON.stringify(pass)).toContain('"currencyCode":"EUR"')
    expect(await tools.house.ask(`/api/passes/${item.json.serialNumber}`)).toMatchObject({
      metadata: { a: '1' },
    })
  })

  it('takes an image from a field of an earlier step', async () => {
    const path = join(tools.house.n8n.files, 'logo.png')
    writeFileSync(path, redDot)
    const withImage = chain('with image', [
      start,
      {
        name: 'Read',
        type: 'n8n-nodes-base.readWriteFile',
        parameters: { operation: 'read', fileSelector: path },
      },
      passwright(tools.house.credential, 'create', {
        ...club,
        look: { logoURLInputField: 'data' },
      }),
    ])
    const item = first(
      await tools.house.n8n.run(await tools.house.n8n.addWorkflow(withImage), 'Start'),
    )
    expect(entriesOf(await tools.house.n8n.file(item))).toContain('logo.png')
  })

  it('changes, voids, reactivates, reads and deletes a pass, by number or by your own ID', async () => {
    const upserted = first(await run('upsert', { ...club, externalId: 'member-7' }))
    const again = first(
      await run('upsert', { ...club, externalId: 'member-7', title: 'Riverside 2' }),
    )
    expect(again.json.serialNumber).toBe(upserted.json.serialNumber)
    const pass = { __rl: true, mode: 'externalId', value: 'member-7' }

    const changed = first(
      await run('update', {
        pass,
        basics: { value: 'Grace Example', label: 'Member' },
        remove: ['barcodeAltText', 'barcodeValue', 'barcodeFormat'],
      }),
    )
    expect(changed.json).toMatchObject({ unchanged: false, notifiedDevices: 0 })
    const file = passJson(await tools.house.n8n.file(first(await run('download', { pass }))))
    expect(JSON.stringify(file)).toContain('Grace Example')
    expect(file).not.toHaveProperty('barcodes')

    expect(first(await run('void', { pass })).json).toMatchObject({ voided: true })
    expect(first(await run('get', { pass })).json).toMatchObject({ voided: true })
    expect(first(await run('reactivate', { pass })).json).toMatchObject({ voided: false })
    expect(first(await run('delete', { pass })).json).toMatchObject({ deleted: true })
    expect(
      (await run('void', { pass: bySerial(String(again.json.serialNumber)) })).error,
    ).toMatchObject({ message: expect.stringMatching(/delete/i) })
  })

  it('sends a pass that is there by email, in your own words', async () => {
    const { serialNumber } = first(await run('create', club)).json
    const sent = first(
      await run('sendEmail', {
        pass: bySerial(String(serialNumber)),
        to: 'grace@example.com',
        name: 'Grace Example',
        options: { subject: 'A card for {{name}}' },
      }),
    )
    expect(sent.json).toMatchObject({ serialNumber, to: 'grace@example.com', status: 'queued' })
    await tools.house.mail.until(() => mailsTo('grace@example.com').length === 1, 15_000)
    expect(mailsTo('grace@example.com').join('')).toMatch(/^Subject: A card for Grace Example/m)
  })

  it('lists passes, further than one page, and by what you look for', async () => {
    const items = Array.from({ length: 120 }, (_, place) => ({ id: `many-${place}` }))
    await run(
      'create',
      {
        ...club,
        reference: {
          externalId: '={{ $json.id }}',
          metadata: { entries: [{ key: 'batch', value: 'many' }] },
        },
      },
      items,
    )
    const filters = { metadata: { entries: [{ key: 'batch', value: 'many' }] } }
    const all = await run('getAll', { returnAll: true, filters })
    expect(all.outputs('Passwright')[0]).toHaveLength(120)
    const some = await run('getAll', { limit: 3, filters })
    expect(some.outputs('Passwright')[0]).toHaveLength(3)
    const one = await run('getAll', { returnAll: true, filters: { externalId: 'many-7' } })
    expect(one.outputs('Passwright')[0]?.map(({ json }) => json.externalId)).toEqual(['many-7'])
  })

  it('offers the passes in a list that can be searched', async () => {
    const search = (filter?: string) =>
      tools.house.n8n.rest<{ results: { name: string; value: string }[] }>(
        '/dynamic-node-parameters/resource-locator-results',
        {
          path: 'parameters.pass',
          methodName: 'searchPasses',
          nodeTypeAndVersion: { name: 'n8n-nodes-passwright.passwright', version: 1 },
          currentNodeParameters: { resource: 'pass', operation: 'get' },
          credentials: { passwrightApi: { id: tools.house.credential, name: 'Passwright' } },
          ...(filter === undefined ? {} : { filter }),
        },
      )
    const made = first(await run('create', { ...club, reference: { externalId: 'searched-9' } }))
    const found = await search('SEARCHED')
    expect(found.results).toEqual([
      expect.objectContaining({
        name: expect.stringMatching(/^searched-9 · \d{4}-\d\d-\d\d$/),
        value: made.json.serialNumber,
      }),
    ])
    expect((await search()).results.length).toBeGreaterThan(1)
    expect((await search('nobody@example.com')).results).toEqual([])
    const mailed = first(await run('createAndSend', { ...club, to: 'found@example.com' }))
    const { results } = await search('found@example.com')
    expect(results.map(({ value }) => value)).toEqual([mailed.json.serialNumber])
  })

  it('tells the usage of the key', async () => {
    const item = first(await run('getUsage', { resource: 'account' }))
    expect(item.json).toMatchObject({ plan: 'unlimited', limit: null, count: expect.any(Number) })
  })
}
