import { describe, expect, it } from 'vitest'
import { properties } from '../nodes/Passwright/actions/resources.ts'
import { fakePass, respondAsService, runNode } from './support/fake-execution.mts'

const form = { title: 'Club', barcodeValue: 'B-1', barcodeFormat: 'QR' }
const pass = { mode: 'id', value: 's-1' }
const empties = ['', '  ', '\n', '\u00a0', '\u200b', null, undefined]

describe('Create or Update', () => {
  it.each(empties)(
    'with the own ID %j is an error that says so, and creates nothing',
    async (externalId) => {
      const requests: unknown[] = []
      const run = runNode({
        operation: 'upsert',
        parameters: { ...form, externalId },
        respond: (request) => {
          requests.push(request)
          return respondAsService(request)
        },
      })
      await expect(run).rejects.toThrow('Your Own ID is empty')
      expect(requests).toEqual([])
    },
  )

  it('leaves what is empty as it is, unless it replaces everything', async () => {
    const parameters = { externalId: ' m-1 ', title: null, barcodeValue: '', barcodeFormat: 'QR' }
    const { requests, output } = await runNode({ operation: 'upsert', parameters })
    expect(requests[0]).toMatchObject({ path: '/api/passes?onExisting=merge' })
    expect(requests[0]?.body).toEqual({ externalId: 'm-1' })
    expect(output[0]?.json).toMatchObject({ outcome: 'updated' })

    const options = { replaceEverything: true }
    const replaced = await runNode({ operation: 'upsert', parameters: { ...parameters, options } })
    expect(replaced.requests[0]).toMatchObject({ path: '/api/passes?onExisting=replace' })
  })

  it('changes the text below the barcode of a pass without naming its value again', async () => {
    const parameters = { externalId: 'm-1', barcodeFormat: 'QR', barcodeAltText: '1042' }
    const { requests } = await runNode({ operation: 'upsert', parameters })
    expect(requests[0]?.body).toEqual({ externalId: 'm-1', barcodeAltText: '1042' })
    const options = { replaceEverything: true }
    const replaced = await runNode({ operation: 'upsert', parameters: { ...parameters, options } })
    expect(replaced.requests[0]?.body).toEqual({ externalId: 'm-1' })
  })

  it.each([
    [undefined, 'created'],
    ['', 'created'],
    ['changed', 'changed'],
    ['always', 'always'],
  ])('sends the email when the form says %j: %s', async (when, expected) => {
    const parameters = { ...form, externalId: 'm-1', email: { to: ' ada@example.com ', when } }
    const { requests } = await runNode({ operation: 'upsert', parameters })
    expect(requests[0]?.body.email).toEqual({ to: 'ada@example.com', when: expected })
  })

  it('says of a void pass that it stays void, in the result and once beside the output', async () => {
    const { output, hints } = await runNode({
      operation: 'upsert',
      parameters: { ...form, externalId: 'm-1' },
      items: [{ json: {} }, { json: {} }],
      respond: () => ({
        json: { ...fakePass, voided: true, outcome: 'updated', applePass: 'bmV3' },
      }),
    })
    expect(output[0]?.json.warnings).toEqual([
      { path: 'voided', message: expect.stringContaining('stays void') },
    ])
    expect(hints).toEqual([expect.stringMatching(/stays void.*Reactivate/)])
  })
})

describe('a change', () => {
  it.each(['update', 'void', 'reactivate', 'delete', 'upsert'])(
    'by %s says that phones do not follow, unless the service has an https address',
    async (operation) => {
      const run = async (shareUrl: string) => {
        const parameters = { ...form, externalId: 'm-1', pass, basics: { value: '2' } }
        const respond: typeof respondAsService = (request) => {
          const { json, ...response } = respondAsService(request)
          const isPass = typeof json === 'object' && json !== null && 'shareUrl' in json
          return { ...response, json: isPass ? { ...json, shareUrl } : json }
        }
        const { output } = await runNode({ operation, parameters, respond })
        return JSON.stringify(output[0]?.json.warnings ?? [])
      }
      expect(await run('http://localhost:3000/p/x')).toContain('Phones that have this pass')
      expect(await run('https://passes.example.com/p/x')).not.toContain('Phones')
    },
  )
})

describe('empty values', () => {
  it.each(empties)(
    'in a filter, own idempotency key, file name and output field: %j does not count',
    async (empty) => {
      const listed = await runNode({
        operation: 'getAll',
        parameters: {
          limit: empty,
          filters: { email: empty, externalId: empty, q: empty, voided: empty, metadata: empty },
        },
      })
      expect(listed.requests[0]?.path).toBe('/api/passes?limit=50')
      const options = { idempotencyKey: empty, fileName: empty, moreJson: empty }
      const { requests, output } = await runNode({
        operation: 'create',
        parameters: { ...form, outputField: empty, options, email: { name: 'Ada', to: empty } },
      })
      expect(requests[0]?.options.headers?.['idempotency-key']).toMatch(/^n8n-/)
      expect(requests[0]?.body).not.toHaveProperty('email')
      expect(output[0]?.binary?.data?.fileName).toBe('club.pkpass')
    },
  )

  it.each(empties)('for a recipient are an error that says so: %j', async (to) => {
    for (const operation of ['createAndSend', 'sendEmail']) {
      const run = runNode({ operation, parameters: { ...form, pass, to, name: 'Ada' } })
      await expect(run).rejects.toThrow('To Email is empty')
    }
  })

  it.each(empties)('for a pass are an error that says so: %j', async (value) => {
    for (const pass of [{ mode: 'id', value }, value]) {
      const run = runNode({ operation: 'void', parameters: { pass } })
      await expect(run).rejects.toThrow('Pass is empty')
    }
  })
})

it('blanks around ids, addresses, keys and file names do not count', async () => {
  const { requests, output } = await runNode({
    operation: 'createAndSend',
    parameters: {
      ...form,
      to: ' ada@example.com\n',
      options: { idempotencyKey: ' order-1 ', fileName: ' a/b ' },
    },
  })
  expect(requests[0]?.options.headers).toMatchObject({ 'idempotency-key': 'order-1' })
  expect(requests[0]?.body.email).toEqual({ to: 'ada@example.com' })
  expect(output[0]?.json.fileName).toBe('a-b.pkpass')
  const voided = await runNode({
    operation: 'void',
    parameters: { pass: { mode: 'id', value: ' s-1\u200b' } },
  })
  expect(voided.requests[0]?.path).toBe('/api/passes/s-1/void')
  const listed = await runNode({
    operation: 'getAll',
    parameters: { limit: ' 5 ', filters: { externalId: ' m-1 ', q: ' ada ', deleted: false } },
  })
  expect(listed.requests[0]?.path).toBe('/api/passes?q=ada&externalId=m-1&deleted=false&limit=5')
})

it.each(['0', -1, 'many', 2.5])('Get Many refuses the limit %j in words', async (limit) => {
  const run = runNode({ operation: 'getAll', parameters: { limit } })
  await expect(run).rejects.toThrow(`Limit: "${limit}" is no whole number above 0`)
})

describe('the file', () => {
  const oldFile = {
    data: 'old file',
    fileName: 'old.pkpass',
    mimeType: 'application/vnd.apple.pkpass',
  }
  const photo = { data: 'photo', fileName: 'a.png', mimeType: 'image/png' }
  const items = [{ json: {}, binary: { data: oldFile, photo } }]

  it.each(['update', 'void', 'reactivate'])(
    'of %s is the pass after the change',
    async (operation) => {
      const { output } = await runNode({ operation, parameters: { pass }, items })
      expect(output[0]?.binary?.data).toMatchObject({ data: 'new file', fileName: 'club.pkpass' })
      expect(output[0]?.binary?.photo).toEqual(photo)
      expect(output[0]?.json.fileName).toBe('club.pkpass')
    },
  )

  it.each([
    ['update', { downloadFile: false }],
    ['void', { downloadFile: false }],
    ['reactivate', { downloadFile: false }],
    ['delete', {}],
    ['sendMessage', { message: 'Hello' }],
    ['addToCounter', { field: 'stamps', by: 1 }],
    ['get', {}],
  ])('of an earlier state is not handed on by %s', async (operation, more) => {
    const { output } = await runNode({ operation, parameters: { pass, ...more }, items })
    expect(output[0]?.binary).toEqual({ photo })
  })

  it.each(['create', 'upsert', 'createAndSend', 'download', 'update', 'void'])(
    'of %s has the same name in the JSON and in the file, and a name of its own in a batch',
    async (operation) => {
      for (const fileName of ['', 'card']) {
        const { output } = await runNode({
          operation,
          parameters: {
            ...form,
            externalId: 'm-1',
            to: 'a@b.example',
            pass,
            options: { fileName },
          },
          items: [{ json: {} }, { json: {} }, { json: {} }],
        })
        const name = fileName || 'club'
        const names = [`${name}.pkpass`, `${name}-2.pkpass`, `${name}-3.pkpass`]
        expect(output.map(({ json }) => json.fileName)).toEqual(names)
        expect(output.map(({ binary }) => binary?.data?.fileName)).toEqual(names)
      }
    },
  )
})

it.each([
  'create',
  'upsert',
  'createAndSend',
  'download',
  'update',
  'void',
  'reactivate',
  'delete',
  'sendEmail',
  'sendMessage',
  'addToCounter',
  'get',
])('the result of %s tells what people need of the pass', async (operation) => {
  const counter = { field: 'stamps', by: 1, message: 'Hello' }
  const parameters = { ...form, ...counter, externalId: 'm-1', to: 'a@b.example', pass }
  const { output } = await runNode({ operation, parameters })
  const { voided: _, ...told } = fakePass
  expect(output[0]?.json).toMatchObject(told)
})

describe('Update', () => {
  const updateProperties = properties.filter((each) =>
    each.displayOptions?.show?.operation?.includes('update'),
  )

  it('does not offer what a pass always keeps: its own ID and its pass type', () => {
    const offered = updateProperties.flatMap(({ name, type, options = [] }) =>
      type === 'collection' ? options.map((option) => option.name) : [name],
    )
    expect(offered).toContain('metadata')
    expect(offered).not.toContain('externalId')
    expect(offered).not.toContain('passTypeIdentifier')
    const remove = updateProperties.find(({ name }) => name === 'remove')
    const parts = (remove?.options ?? []).map(({ name }) => name)
    expect(parts).toContain('Barcode')
    expect(parts.filter((name) => /own id|pass type|barcode /i.test(name))).toEqual([])
  })

  it.each([...empties, []])('removes nothing when Remove is %j', async (remove) => {
    const { requests } = await runNode({ operation: 'update', parameters: { pass, remove } })
    expect(requests[0]?.body).toEqual({})
  })

  it('removes the whole barcode', async () => {
    const { requests } = await runNode({
      operation: 'update',
      parameters: { pass, remove: ['barcode', 'label'] },
    })
    expect(requests[0]?.body).toEqual({
      barcodeValue: null,
      barcodeFormat: null,
      barcodeAltText: null,
      label: null,
    })
  })

  it('changes the format of the barcode without its value, and metadata', async () => {
    const parameters = {
      pass,
      barcode: { barcodeFormat: 'aztec' },
      metadata: { entries: [{ key: 'a', value: 1 }] },
    }
    const { requests } = await runNode({ operation: 'update', parameters })
    expect(requests[0]?.body).toEqual({ barcodeFormat: 'Aztec', metadata: { a: '1' } })
  })
})
