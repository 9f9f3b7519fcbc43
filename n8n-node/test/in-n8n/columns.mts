import { expect, it } from 'vitest'
import { type MessyValue, messyValues, toForm } from '../../../shared/src/support/messy-values.ts'
import { columnFields } from '../../nodes/Passwright/form/columns.ts'
import type { Item } from '../support/execution.mts'
import type { Fixtures } from '../support/fixtures.mts'

interface Mapping {
  fields: { id: string; displayName: string; required: boolean }[]
}

/** Tests the mapping of columns in a real n8n in the time zone of Vienna. */
export function testColumns(fixtures: Fixtures): void {
  const { runOperation } = fixtures

  it('offers the fields of a pass for columns, with the own ID first where it is needed', async () => {
    const { n8n, credentialId } = fixtures.env
    const list = async (operation: string, methodName: string) => {
      const { fields } = await n8n.request<Mapping>(
        '/dynamic-node-parameters/resource-mapper-fields',
        {
          path: 'parameters.columns',
          methodName,
          nodeTypeAndVersion: { name: 'n8n-nodes-passwright.passwright', version: 1 },
          currentNodeParameters: { resource: 'pass', operation, source: 'columns' },
          credentials: { passwrightApi: { id: credentialId, name: 'Passwright' } },
        },
      )
      return fields
    }
    expect(await list('create', 'getColumns')).toContainEqual(
      expect.objectContaining({ id: 'title', displayName: 'Title', required: false }),
    )
    const [first] = await list('upsert', 'getColumnsWithOwnId')
    expect(first).toMatchObject({ id: 'externalId', displayName: 'Your Own ID', required: true })
  })

  it('makes a pass of each row of a sheet by the names of its columns, and updates it the next day', async () => {
    const rows = [
      { ID: 'column-1', Name: 'Ada Example', 'Valid until': '2031-03-05', Email: 'x@example.com' },
      { ID: ' column-2\n', Name: null, 'Valid until': '', Email: 'y@example.com' },
      { ID: null, Name: 'Nobody', 'Valid until': '05.03.2031', Email: '' },
    ]
    const parameters = {
      source: 'columns',
      basics: { title: 'Riverside Climbing Club', label: 'Member', value: 'Guest' },
    }
    const run = async () => {
      const settings = { onError: 'continueErrorOutput' }
      return (await runOperation('upsert', parameters, rows, settings)).outputs('Passwright')
    }
    const [passes = [], failed = []] = await run()
    expect(passes.map(({ json }) => json)).toMatchObject([
      {
        externalId: 'column-1',
        subtitle: 'Ada Example',
        expirationDate: '2031-03-05T22:59:59.000Z',
      },
      { externalId: 'column-2', subtitle: 'Guest', expirationDate: null },
    ])
    expect(failed.map(({ json }) => json)).toMatchObject([
      { Name: 'Nobody', error: 'Your Own ID is empty' },
    ])
    expect(fixtures.findMails('x@example.com')).toEqual([])

    rows[1] = { ID: 'column-2', Name: 'Grace', 'Valid until': '', Email: '' }
    const [again = []] = await run()
    expect(again.map(({ json }) => [json.serialNumber, json.outcome, json.subtitle])).toEqual([
      [passes[0]?.json.serialNumber, 'unchanged', 'Ada Example'],
      [passes[1]?.json.serialNumber, 'updated', 'Grace'],
    ])
  })

  it.each(['autoMapInputData', 'defineBelow'])(
    'keeps the values of messy columns: %s',
    async (mappingMode) => {
      const rows = messyValues.filter(
        ({ field, timeZone }) =>
          columnFields.some(({ key }) => key === field) &&
          // The form reads it, but the service has no such identity.
          field !== 'passTypeIdentifier' &&
          (timeZone === undefined || timeZone === 'Europe/Vienna'),
      )
      const isDated = ({ field, timeZone }: MessyValue) =>
        timeZone === undefined && field.endsWith('Date')
      const tried = rows.filter((row) => !isDated(row))
      expect(tried.length).toBeGreaterThan(40)
      const keys = [...new Set(tried.flatMap((row) => Object.keys(toForm(row).values)))]
      const columns = {
        mappingMode,
        value: Object.fromEntries(keys.map((key) => [key, `={{ $json[${JSON.stringify(key)}] }}`])),
        matchingColumns: [],
        schema: columnFields.map(({ key, label }) => ({
          id: key,
          displayName: label,
          type: 'string',
          required: false,
          display: true,
          defaultMatch: false,
        })),
      }
      const execution = await runOperation(
        'create',
        { source: 'columns', columns, basics: { title: 'Club' } },
        tried.map((row) => ({ title: '', label: '', ...toForm(row).values })),
        { onError: 'continueRegularOutput' },
      )
      const output = execution.outputs('Passwright')[0] ?? []
      expect(output).toHaveLength(tried.length)
      for (const [index, row] of tried.entries()) await expectRow(row, output[index] as Item)
    },
  )

  async function expectRow(row: MessyValue, { json }: Item): Promise<void> {
    const name = `${row.field} ${JSON.stringify(row.value)}`
    if (row.refused !== undefined) return expect(json.error, name).toContain(row.refused)
    // The form reads it, but the service refuses a distance that is so short.
    if (row.field === 'maxDistance' && Number(row.expected) <= 0) return
    expect(json.error, name).toBeUndefined()
    if (row.field === 'expirationDays') return
    const { pass } = await fixtures.env.request<{ pass: Record<string, unknown> }>(
      `/api/passes/${json.serialNumber}`,
    )
    // What a row leaves empty comes from the form.
    const expected = row.field === 'title' ? (row.expected ?? 'Club') : row.expected
    expect(toInstant(pass[row.field]), name).toEqual(toInstant(expected))
  }
}

/** A date as its instant, since an offset may be written in several ways. */
function toInstant(value: unknown): unknown {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value
}
