import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Template } from '../../nodes/Passwright/portable/api/templates.ts'
import type { Fixtures } from '../support/fixtures.mts'
import { listEntries, onePixelPng } from '../support/pass-file.mts'
import { buildPasswrightNode, buildWorkflow, manualTrigger } from '../support/workflow.mts'

const design = {
  style: 'generic',
  title: 'Riverside Climbing Club',
  label: 'Member',
  value: '{{name}}',
  barcodeValue: '{{number}}',
  thumbnailURL: '{{photo}}',
  backFields: [
    { key: 'points', label: 'Points', value: '{{points}}' },
    { key: 'until', label: 'Valid until', value: '{{valid.until}}', dateStyle: 'long' },
    { key: 'level', label: 'Level', value: '{{level}}' },
  ],
}
const inputs = [
  { key: 'name', label: 'Name', sample: 'Ada Example', help: 'As on the ID.' },
  { key: 'number', label: 'Member No' },
  { key: 'points', label: 'Points', type: 'number', default: 0 },
  { key: 'valid.until', label: 'Valid Until', type: 'date', required: false },
  { key: 'level', label: 'Level', type: 'choice', choices: ['Gold', 'Silver'], default: 'Silver' },
  { key: 'photo', label: 'Photo', type: 'image', required: false },
]

/** Tests templates in a real n8n in the time zone of Vienna. */
export function testTemplates(fixtures: Fixtures): void {
  const { runOperation, getFirstItem } = fixtures
  let count = 0

  /** Creates a template, and the values of the parameters that choose it. */
  const createTemplate = async (changes: object = {}) => {
    const name = `Member card ${++count}`
    const template = await fixtures.env.request<Template>('/api/templates', {
      ...{ name, pass: design, inputs },
      ...changes,
    })
    const { templateId } = template
    const fromList = { __rl: true, mode: 'list', value: templateId, cachedResultName: name }
    return { ...template, fromList }
  }
  const replaceTemplate = ({ templateId, name }: Template, changes: object) =>
    fixtures.env.request(
      `/api/templates/${templateId}`,
      { ...{ name, pass: design, inputs }, ...changes },
      'PUT',
    )
  const map = (value: Record<string, unknown>) => ({ mappingMode: 'defineBelow', value })
  const columns = { mappingMode: 'autoMapInputData', value: null }
  const getPass = (serialNumber: unknown) =>
    fixtures.env.request<{ pass: Record<string, unknown>; values: Record<string, unknown> }>(
      `/api/passes/${serialNumber}`,
    )

  describe('a template', () => {
    it('is found in the list, and its inputs are the form with labels, types and choices', async () => {
      const { name, templateId, fromList } = await createTemplate()
      const found = await fixtures.askForm('resource-locator-results', 'searchTemplates', {})
      expect(found.results).toContainEqual({ name, value: templateId })
      const listInputs = async (method: string, template: object) =>
        (await fixtures.askForm('resource-mapper-fields', method, { template })).fields
      expect(await listInputs('getTemplateInputs', fromList)).toMatchObject([
        { id: 'name', displayName: 'Name (As on the ID)', type: 'string', required: true },
        { id: 'number', displayName: 'Member No', required: true },
        { id: 'points', displayName: 'Points (If Empty: 0)', type: 'number', required: false },
        { id: 'valid.until', displayName: 'Valid Until', type: 'dateTime', required: false },
        { id: 'level', type: 'options', options: [{ name: 'Gold', value: 'Gold' }, {}] },
        { id: 'photo', displayName: 'Photo (URL or Input Field)', required: false },
      ])
      const byName = { __rl: true, mode: 'name', value: name }
      const optional = await listInputs('getOptionalTemplateInputs', byName)
      expect(optional).toHaveLength(inputs.length)
      expect(JSON.stringify(optional)).not.toContain('"required":true')
      const unknown = { __rl: true, mode: 'id', value: 'tpl_none' }
      const none = await fixtures.askForm('resource-mapper-fields', 'getTemplateInputs', {
        template: unknown,
      })
      expect(none).toMatchObject({
        fields: [],
        emptyFieldsNotice: expect.stringContaining('no template "tpl_none"'),
      })
    })

    it('is filled in from the form, with an image from a binary field, and sent by email', async () => {
      const { fromList, templateId, name } = await createTemplate()
      const { n8n, credentialId } = fixtures.env
      writeFileSync(join(n8n.filesFolder, 'face.png'), onePixelPng)
      const workflow = buildWorkflow('from a form', [
        manualTrigger,
        {
          name: 'Read',
          type: 'n8n-nodes-base.readWriteFile',
          parameters: { operation: 'read', fileSelector: join(n8n.filesFolder, 'face.png') },
        },
        buildPasswrightNode(credentialId, 'createFromTemplate', {
          template: fromList,
          values: map({
            ...{ name: 'Ada {{x}}', number: 7, 'valid.until': '2031-03-05T00:00:00' },
            ...{ level: 'Gold', photo: 'data' },
          }),
          email: { to: 'template@example.com' },
        }),
      ])
      const item = getFirstItem(await n8n.run(await n8n.addWorkflow(workflow), 'Start'))
      expect(item.json).toMatchObject({
        title: 'Riverside Climbing Club',
        subtitle: 'Ada {{x}}',
        barcodeValue: '7',
        template: { templateId, name, version: 1 },
      })
      expect(listEntries(await n8n.downloadFile(item))).toContain('thumbnail.png')
      const { values } = await getPass(item.json.serialNumber)
      expect(values).toMatchObject({ 'valid.until': '2031-03-05', level: 'Gold' })
      await fixtures.env.smtp.waitUntil(
        () => fixtures.findMails('template@example.com').length > 0,
        15_000,
      )
    })

    it('makes a pass of every good row of a messy sheet, and hands the others on with their mistakes', async () => {
      const { fromList } = await createTemplate()
      const dates = ['2031-03-05', '05.03.2031', null, ' 2031-03-05 ']
      const rows = Array.from({ length: 60 }, (_, index) => ({
        NAME: index % 7 === 3 ? ' ' : ` Ada ${index} <b>{{number}}</b>`,
        'member-no': `N-${index}\n`,
        'valid until': dates[index % dates.length],
        Points: index % 11 === 5 ? 'many' : '1.234,5',
        Level: index % 2 ? 'GOLD' : '',
        Email: 'nobody@example.com',
      }))
      const isGood = (row: (typeof rows)[number]) =>
        row.NAME !== ' ' && row.Points !== 'many' && !/05\.03/.test(row['valid until'] ?? '')
      const execution = await runOperation(
        'createFromTemplate',
        { template: fromList, values: columns },
        rows,
        { onError: 'continueErrorOutput' },
      )
      const [passes = [], failed = []] = execution.outputs('Passwright')
      expect(passes.map(({ json }) => json.barcodeValue)).toEqual(
        rows.filter(isGood).map((row) => row['member-no'].trim()),
      )
      const withLevel = passes.find(({ json }) => json.barcodeValue === 'N-55')
      const { values, pass } = await getPass(withLevel?.json.serialNumber)
      expect(values).toMatchObject({ points: 1234.5, level: 'Gold' })
      expect(pass.value).toMatch(/^Ada \d+ <b>\{\{number\}\}<\/b>$/)
      expect(failed.map(({ json: { error: _, ...row } }) => row)).toEqual(
        rows.filter((row) => !isGood(row)),
      )
      const errors = new Map(failed.map(({ json }) => [json['member-no'], String(json.error)]))
      expect(errors.get('N-3\n')).toMatch(/^Name: is required$/)
      expect(errors.get('N-38\n')).toMatch(/^Points: "many" .*; Name: is required$/)
      expect(errors.get('N-5\n')).toMatch(/^Points: "many" .*; Valid Until: "05\.03\.2031" /)
    })

    it('that changed since the form was filled in takes what it had under a former key, and names what is lost or missing', async () => {
      const template = await createTemplate()
      const values = map({ name: 'Ada', number: '7', points: 3 })
      const run = () => runOperation('createFromTemplate', { template: template.fromList, values })
      expect(getFirstItem(await run()).json).toMatchObject({ template: { version: 1 } })
      const renamed = { key: 'holder', label: 'Card Holder', aliases: ['name'] }
      const { thumbnailURL: _, ...others } = design
      const pass = { ...others, value: '{{holder}}', backFields: [] }
      await replaceTemplate(template, { pass, inputs: [renamed] })
      const changed = getFirstItem(await run())
      expect(changed.json).toMatchObject({ subtitle: 'Ada', template: { version: 2 } })
      const seat = { key: 'seat', label: 'Seat', required: true }
      await replaceTemplate(template, {
        pass: { ...pass, logoText: '{{seat}}' },
        inputs: [renamed, seat],
      })
      expect((await run()).error?.message).toMatch(/^Seat: is required$/)
    })

    it('that was deleted is named in the error, as the list named it', async () => {
      const { templateId, name, fromList } = await createTemplate()
      await fixtures.env.request(`/api/templates/${templateId}`, undefined, 'DELETE')
      const { error } = await runOperation('createFromTemplate', {
        template: fromList,
        values: map({ name: 'Ada' }),
      })
      expect(error).toMatchObject({
        message: `There is no template "${name}"`,
        description: expect.stringContaining('Choose a template from the list again'),
      })
    })

    it('changes passes by their own ID every night, and single values at any time', async () => {
      const { name, fromList } = await createTemplate({
        pass: { ...design, externalId: '{{number}}' },
      })
      const night = async (rows: object[]) =>
        (
          await runOperation(
            'upsertFromTemplate',
            { template: fromList, externalId: '', values: columns },
            rows,
          )
        )
          .outputs('Passwright')[0]
          ?.map(({ json }) => [json.externalId, json.outcome, json.subtitle])
      const number = `night-${Date.now()}`
      const row = { Name: 'Ada', 'Member No': number }
      expect(await night([row])).toEqual([[number, 'created', 'Ada']])
      expect(await night([row])).toEqual([[number, 'unchanged', 'Ada']])
      expect(await night([{ ...row, Name: 'Grace' }])).toEqual([[number, 'updated', 'Grace']])

      const pass = { __rl: true, mode: 'externalId', value: number }
      const byName = { __rl: true, mode: 'name', value: name }
      const update = { pass, content: 'values', template: byName }
      const updated = getFirstItem(
        await runOperation('update', { ...update, values: map({ points: '3', name: '' }) }),
      )
      expect(updated.json).toMatchObject({ subtitle: 'Grace', unchanged: false })
      const removed = await runOperation('update', {
        ...update,
        fillIn: 'json',
        valuesJson: { points: null, level: 'Gold' },
      })
      const { values } = await getPass(getFirstItem(removed).json.serialNumber)
      expect(values).toEqual({ name: 'Grace', number, level: 'Gold' })

      const listed = await runOperation('getAll', { filters: { template: name, installed: false } })
      expect(getFirstItem(listed).json).toMatchObject({ externalId: number })
    })

    it('is listed and read by the node itself', async () => {
      const { name, templateId } = await createTemplate()
      const listed = await runOperation('getAll', { resource: 'template' })
      const all = listed.outputs('Passwright')[0]?.map(({ json }) => json)
      expect(all).toContainEqual(expect.objectContaining({ templateId, name, passes: 0 }))
      const template = { __rl: true, mode: 'id', value: templateId }
      const got = getFirstItem(await runOperation('get', { resource: 'template', template }))
      expect(got.json).toMatchObject({ name, pass: { value: '{{name}}' } })
    })
  })

  it('counts the passes of a template by day, as items', async () => {
    const { name, fromList } = await createTemplate()
    const values = map({ name: 'Ada', number: '7' })
    await runOperation('createFromTemplate', { template: fromList, values })
    const stats = { resource: 'account', by: 'day' }
    const day = new Date().toISOString().slice(0, 10)
    const filters = { template: name, from: `${day}T00:00:00` }
    const item = getFirstItem(await runOperation('getStats', { ...stats, filters }))
    expect(item.json).toMatchObject({ from: day, created: 1, now: { living: 1, installed: 0 } })
    const refused = await runOperation('getStats', { ...stats, filters: { from: '05/03/2027' } })
    expect(refused.error?.message).toContain('Filters → From: "05/03/2027" is no date')
  })

  it('exports and forgets a person', async () => {
    const email = 'forget-me@example.com'
    await runOperation('createAndSend', { title: 'Club', to: email })
    const person = { resource: 'person', email: ` ${email} ` }
    const exported = getFirstItem(await runOperation('export', person))
    expect(exported.json).toMatchObject({ email, passes: [{ title: 'Club' }], emails: [{}] })
    const forgotten = getFirstItem(await runOperation('forget', person))
    expect(forgotten.json).toMatchObject({ deleted: true, passes: 1, emails: 1 })
    expect((await runOperation('export', person)).error?.message).toContain('Nothing is held')
  })
}
