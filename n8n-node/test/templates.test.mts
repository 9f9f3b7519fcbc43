import { describe, expect, it } from 'vitest'
import {
  fakeTemplate,
  respondAsService,
  runNode,
  type SentRequest,
} from './support/fake-execution.mts'

const template = { mode: 'list', value: 'tpl_1', cachedResultName: 'Member card' }
const mapped = (value: Record<string, unknown>) => ({ mappingMode: 'defineBelow', value })
const columns = { mappingMode: 'autoMapInputData', value: null }

const run = (parameters: object, more: object = {}) =>
  runNode({ operation: 'createFromTemplate', parameters: { template, ...parameters }, ...more })
const findPost = (requests: SentRequest[]) =>
  requests.filter(({ method }) => method !== 'GET').map(({ body }) => body)

describe('Create From Template', () => {
  it('reads what the form has as people write it, and sends nothing that is empty', async () => {
    const { requests } = await run({
      values: mapped({
        name: ' Ada {{x}}',
        number: 7,
        points: '1.234,5',
        until: '2027-03-05T00:00:00',
        level: 'gold',
        photo: null,
      }),
      email: { to: ' ada@example.com ' },
    })
    expect(findPost(requests)).toEqual([
      {
        template: 'tpl_1',
        values: {
          name: 'Ada {{x}}',
          number: '7',
          points: 1234.5,
          until: '2027-03-05',
          level: 'Gold',
        },
        email: { to: 'ada@example.com' },
      },
    ])
  })

  it('finds the columns of a sheet by label, key or a key from before, and names the others once', async () => {
    const rows = [
      { Member: 'Ada', 'member-no': 1, 'VALID UNTIL': '2027-03-05', Email: 'a@example.com' },
      { Member: 'Grace', 'member-no': 2, 'VALID UNTIL': ' ', Email: '' },
    ]
    const { requests, hints } = await run(
      { values: columns },
      { items: rows.map((json) => ({ json })) },
    )
    expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(1)
    expect(findPost(requests).map(({ values }) => values)).toEqual([
      { name: 'Ada', number: '1', until: '2027-03-05' },
      { name: 'Grace', number: '2' },
    ])
    expect(hints).toEqual(['Columns that fill in no input of the template: "Email".'])
  })

  it.each([
    [{ mode: 'name', value: ' Member card ' }, 'tpl_1'],
    [{ mode: 'id', value: 'tpl_1' }, 'tpl_1'],
    ['Member card', 'tpl_1'],
  ])('takes the template %j', async (selected, expected) => {
    const { requests } = await run({
      template: selected,
      fillIn: 'json',
      valuesJson: '{"name":"Ada"}',
    })
    expect(findPost(requests)).toEqual([{ template: expected, values: { name: 'Ada' } }])
  })

  it('says what to do about a template that is empty or gone, and about JSON that is none', async () => {
    await expect(run({ template: { mode: 'list', value: '' } })).rejects.toThrow(
      'Template is empty',
    )
    const gone = { mode: 'list', value: 'tpl_9', cachedResultName: 'Old card' }
    await expect(run({ template: gone })).rejects.toThrow('There is no template "Old card"')
    await expect(run({ fillIn: 'json', valuesJson: '[1]' })).rejects.toThrow(
      'Values (JSON) is not a JSON object',
    )
  })

  it('names inputs as the form does, in its own errors and in those of the service', async () => {
    const { output } = await run(
      { values: mapped({ name: 'Ada', points: '1,234', until: '05/03/2027' }) },
      { continueOnFail: true },
    )
    expect(output[0]?.json.error).toMatch(/^Points: "1,234" .*; Valid Until: "05\/03\/2027" /)
    const issue = { path: 'values.number', message: 'is missing' }
    const respond = (request: SentRequest) =>
      request.method === 'POST'
        ? { status: 400, json: { error: 'x', code: 'invalid_request', issues: [issue] } }
        : respondAsService(request)
    await expect(run({ values: mapped({ name: 'Ada' }) }, { respond })).rejects.toThrow(
      'Member No: is missing',
    )
  })

  it('leaves out an input that the template lost, and says so', async () => {
    const { requests, hints } = await run({ values: mapped({ member: 'Ada', seat: '12' }) })
    expect(findPost(requests)).toEqual([{ template: 'tpl_1', values: { name: 'Ada' } }])
    expect(hints[0]).toContain('"seat"')
  })

  it('takes an image from an address, or from a field of the item', async () => {
    const image = { data: 'bytes', mimeType: 'image/png' }
    const items = [
      { json: {}, binary: { face: image, text: { ...image, mimeType: 'text/plain' } } },
    ]
    const send = async (photo: string) =>
      findPost((await run({ values: mapped({ photo }) }, { items })).requests)[0]?.values
    expect(await send(' https://example.com/a.png')).toEqual({ photo: 'https://example.com/a.png' })
    expect(await send('face')).toEqual({ photo: 'data:image/png;base64,Ynl0ZXM=' })
    await expect(send('text')).rejects.toThrow('Photo: "text" contains text/plain, not an image')
    await expect(send('none')).rejects.toThrow('no binary field "none"')
  })
})

describe('Create or Update From Template', () => {
  const upsert = (parameters: object, design: object = {}) =>
    runNode({
      operation: 'upsertFromTemplate',
      parameters: { template, values: mapped({ name: 'Ada' }), ...parameters },
      respond: (request) =>
        request.path === '/api/templates/tpl_1'
          ? { json: { ...fakeTemplate, pass: { title: 'Club', ...design } } }
          : respondAsService(request),
    })

  it('changes the pass with this ID, and needs one from the form or from the template', async () => {
    const { requests } = await upsert({ externalId: ' m-1 ' })
    expect(requests.map(({ path }) => path)).toContain('/api/passes?onExisting=merge')
    expect(findPost(requests)).toEqual([
      { template: 'tpl_1', values: { name: 'Ada' }, externalId: 'm-1' },
    ])
    await expect(upsert({ externalId: ' ' })).rejects.toThrow('Your Own ID is empty')
    const own = await upsert({ externalId: '' }, { externalId: '{{number}}' })
    expect(findPost(own.requests)).toHaveLength(1)
  })
})

describe('Update', () => {
  it('changes the values of the template of a pass, and nothing else', async () => {
    const { requests } = await runNode({
      operation: 'update',
      parameters: {
        pass: { mode: 'id', value: 's-1' },
        content: 'values',
        template,
        values: mapped({ points: '3', name: '' }),
        basics: { title: 'From before' },
        remove: ['label'],
      },
    })
    expect(findPost(requests)).toEqual([{ values: { points: 3 } }])
  })
})

describe('people', () => {
  it('are exported with all pages, and forgotten', async () => {
    const page = { passes: [{ title: 'Club' }], emails: [], events: [], deliveries: [] }
    const respond = ({ method, path }: SentRequest) => {
      if (method === 'DELETE') return { json: { passes: 2, pending: 0 } }
      const isFirst = !path.includes('cursor=')
      return { json: { email: 'ada@example.com', ...page, nextCursor: isFirst ? 'c-1' : null } }
    }
    const parameters = { email: ' ada@example.com ' }
    const exported = await runNode({ resource: 'person', operation: 'export', parameters, respond })
    expect(exported.output[0]?.json).toEqual({
      email: 'ada@example.com',
      ...page,
      passes: [...page.passes, ...page.passes],
    })
    expect(exported.requests.map(({ path }) => path)).toEqual([
      '/api/people?email=ada%40example.com',
      '/api/people?email=ada%40example.com&cursor=c-1',
    ])
    const forgotten = await runNode({
      resource: 'person',
      operation: 'forget',
      parameters,
      respond,
    })
    expect(forgotten.output[0]?.json).toMatchObject({ deleted: true, passes: 2 })
    await expect(
      runNode({ resource: 'person', operation: 'forget', parameters: { email: ' ' }, respond }),
    ).rejects.toThrow('Email is empty')
  })
})
