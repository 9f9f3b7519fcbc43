import { describe, expect, it } from 'vitest'
import type { InputField } from '../publishing/definition.ts'
import { catchError, createExternalId, type Data, parseError } from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

const design = {
  title: 'Riverside Climbing Club',
  label: 'Member',
  value: '{{name}}',
  barcodeValue: '{{number}}',
  headerFields: [{ key: 'points', label: 'Points', value: '{{points}}' }],
  backFields: [
    { key: 'since', label: 'Since', value: '{{since}}', dateStyle: 'long' },
    { key: 'level', label: 'Level', value: '{{level}}' },
  ],
}
const inputs = [
  { key: 'name', label: 'Name', sample: 'Ada Example', help: 'As on the <b>card</b>.' },
  { key: 'number', label: 'Member No' },
  { key: 'points', label: 'Points', type: 'number' as const, default: 0 },
  { key: 'since', label: 'Member Since', type: 'date' as const, required: false },
  { key: 'level', type: 'choice' as const, choices: ['Gold', 'Silver'], default: 'Silver' },
]

/** Tests the steps that fill in a template, whatever happens to it while a Zap is on. */
export function testTemplates(env: () => TestEnvironment): void {
  describe('a template', () => {
    const openClient = () => env().service.client(env().connection.apiKey)
    const createTemplate = async () =>
      openClient().createTemplate({ name: createExternalId(), pass: design, inputs })
    const run = (key: string, inputData: Data, options = {}) =>
      env().zapier.runCreate(key, inputData, options)
    const getPass = (serialNumber: unknown) => openClient().getPass(String(serialNumber))

    it('is chosen from a dropdown by its name', async () => {
      const { templateId, name } = await createTemplate()
      const listed = await env().zapier.runMethod('triggers.template_list.operation.perform')
      expect(listed).toContainEqual({ id: templateId, name })
    })

    it('makes the form ask for its inputs and for nothing of the design, unless that is asked for', async () => {
      const { templateId } = await createTemplate()
      const getFields = (key: string, inputData: Data = {}) =>
        env().zapier.getInputFields(key, { template: templateId, ...inputData }) as Promise<
          InputField[]
        >
      const created = await getFields('create_pass')
      expect(created.map(({ key }) => key)).toEqual([
        'template',
        ...['input_name', 'input_number', 'input_points', 'input_since', 'input_level'],
        ...['email_to', 'externalId', 'moreFields'],
      ])
      expect(created.filter(({ required }) => required).map(({ label }) => label)).toEqual([
        'Name',
        'Member No',
      ])
      expect(created[1]).toMatchObject({ helpText: 'As on the bcard/b.' })
      expect(created[5]).toMatchObject({ label: 'Level', choices: { Gold: 'Gold' } })
      const updated = await getFields('update_pass')
      expect(updated.filter(({ required }) => required).map(({ key }) => key)).toEqual([
        'serialNumber',
      ])
      const all = await getFields('create_or_update_pass', { moreFields: true })
      expect(all.map(({ key }) => key)).toEqual(expect.arrayContaining(['title', 'backFields']))
    })

    it('that an earlier step chooses has a dictionary of values in the form', async () => {
      const fields = await env().zapier.getInputFields('create_pass', { template: '{{1__name}}' })
      expect(fields.map(({ key }) => key)).toEqual(
        expect.arrayContaining(['templateNotice', 'templateValues']),
      )
      const { name } = await createTemplate()
      const templateValues = { name: 'Ada', number: '7' }
      const pass = await run('create_pass', { template: name, templateValues })
      expect(pass).toMatchObject({ subtitle: 'Ada', barcodeValue: '7', template: { name } })
    })

    it('is filled in with values as people write them, and what is left empty is as it says', async () => {
      const { templateId, name } = await createTemplate()
      const pass = await run('create_pass', {
        template: templateId,
        input_name: 'Ada {{x}}',
        input_number: ' 7',
        input_points: '1.234,50',
        input_since: '2027-03-05',
        input_level: '',
        title: 'From before the template was chosen',
      })
      expect(pass).toMatchObject({
        title: design.title,
        template: { templateId, name, version: 1 },
      })
      const { pass: says, values } = await getPass(pass.id)
      expect(values).toMatchObject({ name: 'Ada {{x}}', points: 1234.5, since: '2027-03-05' })
      expect(says).toMatchObject({ value: 'Ada {{x}}', headerFields: [{ value: 1234.5 }] })
      expect(JSON.stringify(says)).toContain('"Silver"')
    })

    it('changes the values of the pass with an own ID, and of one that is chosen', async () => {
      const { templateId } = await createTemplate()
      const externalId = createExternalId()
      const row = { template: templateId, externalId, input_name: 'Ada', input_number: '7' }
      const first = await run('create_or_update_pass', row)
      expect(first).toMatchObject({ outcome: 'created', subtitle: 'Ada' })
      expect(await run('create_or_update_pass', row)).toMatchObject({ outcome: 'unchanged' })
      const changed = await run('create_or_update_pass', { ...row, input_name: 'Grace' })
      expect(changed).toMatchObject({ id: first.id, outcome: 'updated', subtitle: 'Grace' })
      const update = { serialNumber: first.id, template: templateId }
      const updated = await run('update_pass', { ...update, input_points: '3', title: 'x' })
      expect(updated).toMatchObject({ title: design.title, subtitle: 'Grace' })
      expect((await getPass(first.id)).values).toMatchObject({ points: 3 })
      expect(await catchError(run('update_pass', { ...update, input_points: ' ' }))).toMatchObject({
        name: 'HaltedError',
        message: expect.stringContaining('nothing to update'),
      })
    })

    it('that changes under a live Zap takes an input by the key it had, and names those it lost', async () => {
      const { templateId, name } = await createTemplate()
      const [first, ...others] = inputs
      await openClient().updateTemplate(templateId, {
        name,
        pass: {
          ...design,
          value: '{{holder}}',
          headerFields: [],
        },
        inputs: [
          { ...first, key: 'holder', label: 'Card Holder', aliases: ['name'] },
          ...others.filter(({ key }) => key !== 'points'),
        ],
      })
      const pass = await run('create_pass', {
        template: templateId,
        input_name: 'Ada',
        input_number: '7',
        input_points: '3',
      })
      expect(pass).toMatchObject({ subtitle: 'Ada', template: { version: 2 } })
      expect(pass.warnings).toContain('no input "points" any more')
    })

    it('that gets a new required input under a live Zap halts its runs with the label, until it has a default', async () => {
      const { templateId, name } = await createTemplate()
      const pass = { ...design, logoText: '{{seat}}' }
      const row = { template: templateId, input_name: 'Ada', input_number: '7' }
      const seat = { key: 'seat', label: 'Seat' }
      await openClient().updateTemplate(templateId, { name, pass, inputs: [...inputs, seat] })
      const error = await catchError(run('create_pass', row))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toBe('Seat is required')
      const fields = await env().zapier.getInputFields('create_pass', row)
      expect(fields).toContainEqual(expect.objectContaining({ key: 'input_seat', required: true }))
      const withDefault = [...inputs, { ...seat, default: 'Free' }]
      await openClient().updateTemplate(templateId, { name, pass, inputs: withDefault })
      expect(await run('create_pass', row)).toMatchObject({ template: { version: 3 } })
    })

    it('halts the run for values that it refuses, under the labels of the form', async () => {
      const { templateId } = await createTemplate()
      const refuse = async (inputData: Data) =>
        await catchError(run('create_pass', { template: templateId, ...inputData }))
      const missing = await refuse({ input_name: 'Ada', input_number: '\u200b' })
      expect(missing.name).toBe('HaltedError')
      expect(missing.message).toBe('Member No is required')
      const unread = await refuse({ input_points: '1,234', input_level: 'Bronze' })
      expect(unread.name).toBe('HaltedError')
      expect(unread.message).toMatch(/^Points "1,234" .*; Level "Bronze" .* Gold, Silver/)
    })

    it('that was deleted is an error to act on, and the form says so', async () => {
      const { templateId } = await createTemplate()
      await openClient().deleteTemplate(templateId)
      const error = await catchError(run('create_pass', { template: templateId, input_name: 'A' }))
      expect(parseError(error)).toMatchObject({
        code: 'template_not_found',
        message: expect.stringContaining('Choose a template again'),
      })
      const fields = await env().zapier.getInputFields('create_pass', { template: templateId })
      expect(fields.map(({ key }) => key)).toContain('templateNotice')
    })

    it('narrows down the search and the triggers of passes', async () => {
      const { templateId, name } = await createTemplate()
      const trigger = await env().zapier.turnOn('pass_created', undefined, { template: templateId })
      const byName = await env().zapier.turnOn('pass_created', undefined, { template: name })
      const other = await run('create_pass', { title: 'Another', value: createExternalId() })
      const row = { template: templateId, input_name: 'Ada', input_number: createExternalId() }
      const { id } = await run('create_pass', row)
      expect((await env().zapier.runSearch({ template: name })).map((pass) => pass.id)).toEqual([
        id,
      ])
      for (const each of [trigger, byName]) {
        await expect.poll(() => each.received.length).toBe(2)
        const started = [...(await each.runNext()), ...(await each.runNext())]
        expect(started.map(({ serialNumber }) => serialNumber)).toEqual([id])
        await each.turnOff()
      }
      expect(other.template).toBeNull()
    })

    it('tells a Zap when it has been applied to its passes', async () => {
      const { templateId, name } = await createTemplate()
      await run('create_pass', { template: templateId, input_name: 'Ada', input_number: '7' })
      const trigger = await env().zapier.turnOn('template_applied')
      await openClient().updateTemplate(templateId, {
        name,
        pass: { ...design, title: 'Riverside' },
        inputs,
      })
      await openClient().applyTemplate(templateId)
      await expect.poll(() => trigger.received.length).toBe(1)
      expect(await trigger.runNext()).toMatchObject([
        { templateId, name, version: 2, rollout: { state: 'done', total: 1, done: 1, failed: 0 } },
      ])
      await trigger.turnOff()
      const listed = await env().zapier.runMethod('triggers.template_applied.operation.performList')
      expect(listed).toMatchObject([{ templateId }])
    })
  })
}
