import type { ILoadOptionsFunctions } from 'n8n-workflow'
import { describe, expect, it } from 'vitest'
import { messyValues, toForm } from '../../shared/src/support/messy-values.ts'
import { columnFields } from '../nodes/Passwright/form/columns.ts'
import { fields } from '../nodes/Passwright/portable/fields/fields.ts'
import { getColumns, getColumnsWithOwnId } from '../nodes/Passwright/resourceMapping/getColumns.ts'
import { runNode } from './support/fake-execution.mts'

/** Runs an operation with columns of the input, mapped automatically unless `value` maps them. */
const runWith = (
  operation: string,
  rows: Record<string, unknown>[],
  { value, timeZone = 'UTC', ...more }: Record<string, unknown> = {},
) => {
  const mappingMode = value === undefined ? 'autoMapInputData' : 'defineBelow'
  return runNode({
    operation,
    parameters: (index) => {
      const columns = { mappingMode, value: Array.isArray(value) ? value[index] : (value ?? null) }
      return { source: 'columns', columns, ...more }
    },
    items: rows.map((json) => ({ json })) as never,
    timeZone: String(timeZone),
  })
}

describe('columns of the input', () => {
  it.each([
    ['labels', { Title: 'Club', 'Barcode Value': 7, 'Expires On': '2031-03-05' }],
    ['names of the API', { title: 'Club', barcodeValue: 7, expirationDate: '2031-03-05' }],
    [
      'usual words in any case',
      { ' CARD_TITLE ': 'Club', 'QR-Code': 7, 'valid until': '2031-03-05' },
    ],
  ])('fill in the fields of the pass by %s', async (_, row) => {
    const { requests, hints } = await runWith('create', [row])
    expect(requests[0]?.body).toEqual({
      title: 'Club',
      barcodeValue: '7',
      expirationDate: '2031-03-05T23:59:59+00:00',
    })
    expect(hints).toEqual([])
  })

  it('are all that a row says; what it leaves empty comes from the form', async () => {
    const rows = [
      { id: 'm-1', name: 'Ada', title: null },
      { id: 'm-2', name: ' ', title: 'Gold' },
    ]
    const basics = { title: 'Club', label: 'Member', value: 'Guest' }
    const { requests } = await runWith('upsert', rows, { basics, look: { colorPreset: 'blue' } })
    const common = { label: 'Member', colorPreset: 'blue' }
    expect(requests.map(({ body }) => body)).toEqual([
      { ...common, externalId: 'm-1', title: 'Club', value: 'Ada' },
      { ...common, externalId: 'm-2', title: 'Gold', value: 'Guest' },
    ])
  })

  it('with two names for one field: the name most like that of the field counts', async () => {
    const row = { 'member id': 'b', id: 'a', name: 'Ada', value: 'Grace', title: 'Club' }
    const { requests, hints } = await runWith('create', [row])
    expect(requests[0]?.body).toEqual({ externalId: 'a', value: 'Grace', title: 'Club' })
    expect(hints).toEqual(['Columns that fill in no field of the pass: "member id", "name".'])
  })

  it('that fill in nothing are named once, and an email address sends nothing', async () => {
    const rows = [
      { title: 'Club', email: 'ada@example.com', to: 'ada@example.com', Notes: 'x' },
      { title: 'Club', email: 'bob@example.com', to: 'ada@example.com', Notes: 'y' },
    ]
    const { requests, hints } = await runWith('create', rows)
    expect(requests.map(({ body }) => body)).toEqual([{ title: 'Club' }, { title: 'Club' }])
    expect(hints).toEqual(['Columns that fill in no field of the pass: "email", "to", "Notes".'])
  })

  it('without any name of a field are an error that names them', async () => {
    await expect(runWith('create', [{ foo: 1, bar: 2 }])).rejects.toMatchObject({
      message: 'No column is named like a field',
      description: expect.stringContaining('"foo", "bar"'),
    })
  })

  it.each([{ id: ' ', title: 'Club' }, { title: 'Club' }])(
    'without an own ID are an error of Create or Update: %j',
    async (row) => {
      await expect(runWith('upsert', [row])).rejects.toThrow('Your Own ID is empty')
    },
  )

  it('mapped by hand keep the values of their expressions', async () => {
    const value = { title: 'Club', value: 7, expirationDate: '2031-03-05', logoText: null }
    const { requests, hints } = await runWith('create', [{ other: 'x' }], { value })
    expect(requests[0]?.body).toEqual({
      title: 'Club',
      value: '7',
      expirationDate: '2031-03-05T23:59:59+00:00',
    })
    expect(hints).toEqual([])
  })

  const inColumns = messyValues.filter(({ field }) => columnFields.some(({ key }) => key === field))
  it.each(inColumns)('with $field $value in $timeZone are read as in the form', async (row) => {
    const { field, timeZone, expected, refused } = row
    const own = { title: 'Club', ...toForm(row).values }
    const run = runWith('create', [own], { timeZone: timeZone ?? 'UTC' })
    if (refused !== undefined) return await expect(run).rejects.toThrow(refused)
    expect((await run).requests[0]?.body[field]).toEqual(expected)
  })
})

it('the mapping of columns offers every field that one value fills in, as a text that n8n leaves alone', async () => {
  const context = {} as ILoadOptionsFunctions
  const { fields: offered } = await getColumns.call(context)
  const whole = ['list', 'object', 'pairs', 'choices', 'json']
  const expected = fields.filter(
    ({ kind, group, choices }) =>
      !whole.includes(kind) && group !== 'email' && choices?.length !== 1,
  )
  expect(offered.map(({ id }) => id)).toEqual(expected.map(({ key }) => key))
  expect(new Set(offered.map(({ type }) => type))).toEqual(new Set(['string']))
  const required = (await getColumnsWithOwnId.call(context)).fields.filter((each) => each.required)
  expect(required).toMatchObject([{ id: 'externalId' }])
})
