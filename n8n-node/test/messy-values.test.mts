import { tryToParseDateTime } from 'n8n-workflow'
import { describe, expect, it } from 'vitest'
import { type MessyValue, messyValues, toForm } from '../../shared/src/support/messy-values.ts'
import { runNode } from './support/fake-execution.mts'
import { toParameters } from './support/messy-parameters.mts'

const describeRow = (row: MessyValue) =>
  `${row.field} ${JSON.stringify(row.value) ?? 'undefined'} ${row.timeZone ?? ''}`.trim()

/** Creates a pass from a form with this value, and returns what the request says of it. */
async function create(row: MessyValue): Promise<unknown> {
  const { values, path } = toForm(row)
  const { requests } = await runNode({
    operation: 'create',
    parameters: toParameters(values),
    timeZone: row.timeZone ?? 'UTC',
  })
  const [request] = requests
  return path
    .split(/[.[\]]+/)
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      request?.body,
    )
}

describe('a form with a value as people write it', () => {
  it.each(
    messyValues
      .filter(({ refused }) => refused === undefined)
      .map((row) => [describeRow(row), row] as const),
  )('reads %s', async (_name, row) => {
    expect(await create(row)).toEqual(row.expected)
  })

  it.each(
    messyValues
      .filter(({ refused }) => refused !== undefined)
      .map((row) => [describeRow(row), row] as const),
  )('refuses %s', async (_name, row) => {
    const error: Error = await create(row).then(
      (value) => expect.unreachable(`was read as ${JSON.stringify(value)}`),
      (thrown) => thrown,
    )
    expect(error.message).toContain(row.refused)
    expect(error.message).toContain(String(row.value).trim().slice(0, 20))
    expect(error.message).not.toMatch(/\b[a-z]+[A-Z]\w*/)
  })
})

it('a form reads the date objects of n8n, with the time that they show', async () => {
  const value = tryToParseDateTime('2027-07-05T18:00', 'America/Los_Angeles')
  for (const each of [value, new Date('2027-07-06T01:00:00Z')]) {
    const row = { field: 'expirationDate', value: each, timeZone: 'Europe/Vienna' } as const
    expect(Date.parse(String(await create(row)))).toBe(Date.parse('2027-07-06T01:00:00Z'))
  }
})
