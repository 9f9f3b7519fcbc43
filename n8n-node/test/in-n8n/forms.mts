import { expect, it } from 'vitest'
import { type MessyValue, messyValues } from '../../../shared/src/support/messy-values.ts'
import type { Item } from '../support/execution.mts'
import { type Fixtures, sha256 } from '../support/fixtures.mts'
import { buildPasswrightNode, buildWorkflow, manualTrigger } from '../support/workflow.mts'

/** Columns of a sheet that become fields of the pass. */
const columns = {
  whenAndWhere: ['expirationDate', 'relevantDate', 'maxDistance', 'expirationDays'],
  look: ['colorPreset', 'color', 'logoText', 'sharingProhibited'],
  email: ['locale'],
  reference: ['externalId'],
}
/** Columns that become the value of a field on the back, with these settings. */
const styledColumns: Record<string, object> = {
  fee: { currencyCode: 'EUR' },
  day: { dateStyle: 'long' },
  moment: { dateStyle: 'short', timeStyle: 'short' },
}
const names = Object.values(columns).flat()
const toExpression = (column: string) => `={{ $json.${column} }}`

/** Tests what people type, and what their sheets hold, in forms of a real n8n in the time zone of Vienna. */
export function testForms(fixtures: Fixtures): void {
  const { runOperation, getFirstItem, samplePass, findMails } = fixtures

  it('reads the rows of a messy sheet, or refuses them with their values', async () => {
    const rows = messyValues.filter(
      ({ field, timeZone, expected }) =>
        (names.includes(field) || field in styledColumns) &&
        (timeZone === 'Europe/Vienna' || (timeZone === undefined && !isDate(field))) &&
        // The form reads it, but no distance is that short.
        !(field === 'maxDistance' && Number(expected) <= 0),
    )
    expect(rows.length).toBeGreaterThan(100)
    const execution = await runOperation(
      'create',
      {
        title: 'Club',
        ...Object.fromEntries(
          Object.entries(columns).map(([group, keys]) => [
            group,
            Object.fromEntries(keys.map((key) => [key, toExpression(key)])),
          ]),
        ),
        fields: {
          backFields: {
            entries: Object.entries(styledColumns).map(([column, style]) => ({
              label: column,
              value: toExpression(column),
              more: style,
            })),
          },
        },
      },
      rows.map(({ field, value }) => ({ [field]: value })),
      { onError: 'continueRegularOutput' },
    )
    const output = execution.outputs('Passwright')[0] ?? []
    expect(output).toHaveLength(rows.length)
    for (const [index, row] of rows.entries()) {
      await expectRow(row, output[index] as Item)
    }
  })

  const isDate = (field: string) => /Date$|day|moment/.test(field)

  async function expectRow(row: MessyValue, { json }: Item): Promise<void> {
    const name = `${row.field} ${JSON.stringify(row.value)}`
    if (row.refused !== undefined) {
      expect(json.error, name).toContain(row.refused)
      expect(json[row.field], name).toBe(row.value)
      return
    }
    expect(json.error, name).toBeUndefined()
    const { pass } = await fixtures.env.request<{ pass: Record<string, unknown> }>(
      `/api/passes/${json.serialNumber}`,
    )
    const [backField] = (pass.backFields ?? []) as { value: unknown }[]
    const said =
      row.field in styledColumns ? backField?.value : { ...pass, ...countDays(json) }[row.field]
    expect(toComparable(said), name).toEqual(toComparable(row.expected))
  }

  it('reads the date objects of expressions, with the moment that they show', async () => {
    const created = getFirstItem(
      await runOperation('create', {
        ...samplePass,
        whenAndWhere: {
          expirationDate:
            '={{ DateTime.fromISO("2027-07-05T18:00", { zone: "America/Los_Angeles" }) }}',
          relevantDate: '={{ DateTime.fromISO("2027-07-04").toJSDate() }}',
        },
      }),
    )
    expect(created.json.expirationDate).toBe('2027-07-06T01:00:00.000Z')
  })

  it('a nightly sync sends one email, keeps what is left empty, and fails rows without an ID', async () => {
    const rows = [
      { id: 'night-1', mail: 'night-1@example.com', name: 'Ada' },
      { id: ' ', mail: 'night-2@example.com', name: 'Nobody' },
    ]
    const parameters = {
      ...samplePass,
      externalId: '={{ $json.id }}',
      label: 'Member',
      value: '={{ $json.name }}',
      email: { to: '={{ $json.mail }}' },
    }
    const run = async () => {
      const execution = await runOperation('upsert', parameters, rows, {
        onError: 'continueErrorOutput',
      })
      const [[passed] = [], [failed] = []] = execution.outputs('Passwright')
      expect(failed?.json).toMatchObject({ name: 'Nobody', error: 'Your Own ID is empty' })
      return passed?.json
    }
    const first = await run()
    expect(first).toMatchObject({ outcome: 'created', externalId: 'night-1' })
    for (let night = 2; night <= 3; night++) {
      expect(await run()).toMatchObject({ outcome: 'unchanged', serialNumber: first?.serialNumber })
    }
    await fixtures.env.request(`/api/passes/${first?.serialNumber}`, { logoText: 'R' }, 'PATCH')
    rows[0] = { id: 'night-1', mail: 'night-1@example.com', name: 'Grace' }
    expect(await run()).toMatchObject({ outcome: 'updated' })
    const { pass } = await fixtures.env.request<{ pass: object }>(
      `/api/passes/${first?.serialNumber}`,
    )
    expect(pass).toMatchObject({ logoText: 'R', value: 'Grace' })

    await fixtures.env.request(`/api/passes/${first?.serialNumber}/void`, {})
    expect(await run()).toMatchObject({
      voided: true,
      warnings: [expect.objectContaining({ path: 'voided' })],
    })
    await fixtures.env.smtp.waitUntil(() => findMails('night-1@example.com').length > 0, 15_000)
    expect(findMails('night-1@example.com')).toHaveLength(1)
    expect(findMails('night-2@example.com')).toHaveLength(0)
  })

  it('makes a pass of every good row of 500, and hands every other one on with its mistakes', async () => {
    const dates = ['2031-03-05', '05.03.2031', null, ' 2031-03-05 ', '2031-02-30']
    const rows = Array.from({ length: 500 }, (_, index) => ({
      id: index % 7 === 3 ? ' ' : ` row-${index}\n`,
      expires: dates[index % dates.length],
      distance: index % 11 === 5 ? 'far' : '1.234,5',
      none: null,
    }))
    const isGood = (row: (typeof rows)[number]) =>
      row.id !== ' ' && row.distance !== 'far' && !/05\.03|02-30/.test(row.expires ?? '')
    const execution = await runOperation(
      'upsert',
      {
        title: 'Club',
        externalId: '={{ $json.id }}',
        barcodeValue: '={{ $json.none }}',
        barcodeFormat: '={{ $json.none }}',
        email: { to: '={{ $json.none }}', name: '={{ $json.none }}' },
        reference: { metadata: { entries: [{ key: 'row', value: '={{ $json.none }}' }] } },
        whenAndWhere: {
          expirationDate: '={{ $json.expires }}',
          maxDistance: '={{ $json.distance }}',
        },
      },
      rows,
      { onError: 'continueErrorOutput' },
    )
    const [passes = [], failed = []] = execution.outputs('Passwright')
    expect(passes.map(({ json }) => json.externalId)).toEqual(
      rows.filter(isGood).map(({ id }) => id.trim()),
    )
    expect(new Set(passes.map(({ json }) => json.fileName)).size).toBe(passes.length)
    expect(failed.map(({ json: { error: _, ...row } }) => row)).toEqual(
      rows.filter((row) => !isGood(row)),
    )
    const both = failed.find(({ json }) => json.id === ' row-16\n')
    expect(both?.json.error).toMatch(/^Expires On: .*; Greatest Distance: "far" /)
  })

  it('hands on the file of the pass as it is after an update, a void and a reactivation', async () => {
    const { env } = fixtures
    const pass = { __rl: true, mode: 'id', value: '={{ $json.serialNumber }}' }
    const steps = [
      { ...buildPasswrightNode(env.credentialId, 'create', samplePass), name: 'Create' },
      {
        ...buildPasswrightNode(env.credentialId, 'update', { pass, basics: { title: 'New' } }),
        name: 'Update',
      },
      { ...buildPasswrightNode(env.credentialId, 'void', { pass }), name: 'Void' },
      { ...buildPasswrightNode(env.credentialId, 'reactivate', { pass }), name: 'Reactivate' },
    ]
    const id = await env.n8n.addWorkflow(buildWorkflow('files', [manualTrigger, ...steps]))
    const execution = await env.n8n.run(id, 'Start')
    const hashes = await Promise.all(
      steps.map(async ({ name }) =>
        sha256(await env.n8n.downloadFile(execution.outputs(name)[0]?.[0] as Item)),
      ),
    )
    expect(new Set(hashes.slice(0, 3)).size).toBe(3)
    const last = execution.outputs('Reactivate')[0]?.[0]
    expect(last?.json).toMatchObject({ title: 'New', voided: false, fileName: 'new.pkpass' })
    expect(last?.binary?.data?.fileName).toBe('new.pkpass')
    expect(hashes[3]).toBe(await fixtures.hashServedFile(last?.json.serialNumber))
  })
}

/** The service keeps a number of days as a date. */
function countDays({ createdAt, expirationDate }: Item['json']): { expirationDays?: number } {
  if (typeof expirationDate !== 'string') return {}
  const ms = Date.parse(expirationDate) - Date.parse(String(createdAt))
  return { expirationDays: Math.round(ms / (24 * 60 * 60 * 1000)) }
}

/** A date as its instant, since an offset may be written in several ways. */
function toComparable(value: unknown): unknown {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value
}
