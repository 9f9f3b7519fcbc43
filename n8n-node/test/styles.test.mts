import { type INode, type INodeProperties, NodeHelpers } from 'n8n-workflow'
import { describe, expect, it } from 'vitest'
import { properties } from '../nodes/Passwright/actions/resources.ts'
import { Passwright } from '../nodes/Passwright/Passwright.node.ts'
import { fields } from '../nodes/Passwright/portable/fields/fields.ts'
import { runNode } from './support/fake-execution.mts'

const styles = fields.find(({ key }) => key === 'style')?.choices ?? []
const byStyle = fields.filter((field) => field.styles !== undefined)

/** Lists the parameters that n8n shows of an operation with these values, at the top level and in collections. */
function listShown(operation: string, values: Record<string, string>): string[] {
  const parameters = { resource: 'pass', operation, source: 'form', content: 'fields', ...values }
  const node = { typeVersion: 1, parameters } as unknown as INode
  const { description } = new Passwright()
  const isShown = (property: INodeProperties, own: object) =>
    NodeHelpers.displayParameter(own as never, property, node, description, parameters as never)
  return properties
    .filter((property) => isShown(property, parameters))
    .flatMap((property) =>
      property.type === 'collection'
        ? ((property.options ?? []) as INodeProperties[]).filter((each) => isShown(each, {}))
        : [property],
    )
    .map(({ name }) => name)
}

describe.each(['create', 'createAndSend', 'upsert'])('the form of %s', (operation) => {
  it.each(styles)('asks for what a pass of the style %s has, and for nothing else', (style) => {
    const shown = listShown(operation, { style })
    const expected = byStyle.filter((field) => field.styles?.includes(style))
    const hidden = byStyle.filter((field) => !field.styles?.includes(style))
    expect(shown).toEqual(expect.arrayContaining(expected.map(({ key }) => key)))
    expect(shown.filter((name) => hidden.some(({ key }) => name.startsWith(key)))).toEqual([])
    expect(shown).toEqual(expect.arrayContaining(['style', 'title', 'logoURL', 'backFields']))
  })

  it('asks for all if a column or an expression decides the style', () => {
    const shown = listShown(operation, { style: '={{ $json.style }}' })
    expect(shown).toEqual(expect.arrayContaining(byStyle.map(({ key }) => key)))
  })
})

it.each<[string, Record<string, string>, string[]]>([
  ['update', {}, []],
  ['upsert', { style: '' }, ['transitType']],
])(
  '%s offers what any style has while the pass keeps its own, and asks for none of it',
  (operation, values, questions) => {
    const offered = byStyle.map(({ key }) => key).filter((key) => !questions.includes(key))
    const shown = listShown(operation, values)
    expect(shown).toEqual(expect.arrayContaining(['style', ...offered]))
    expect(shown.filter((name) => questions.includes(name))).toEqual([])
  },
)

it('Create or Update leaves the style of a pass as it is, unless one is chosen', async () => {
  const style = properties.find(
    ({ name, displayOptions }) =>
      name === 'style' && displayOptions?.show?.operation?.includes('upsert'),
  )
  expect(style?.default).toBe('')
  const values = (style?.options ?? []).map((option) => 'value' in option && option.value)
  expect(values).toEqual(['', ...styles])
  const parameters = { externalId: 'm-1', title: 'Club' }
  const asItIs = await runNode({ operation: 'upsert', parameters: { ...parameters, style: '' } })
  expect(asItIs.requests[0]?.body).not.toHaveProperty('style')
  const chosen = await runNode({
    operation: 'upsert',
    parameters: { ...parameters, style: ' Event Ticket ' },
  })
  expect(chosen.requests[0]?.body).toMatchObject({ style: 'eventTicket' })
})

it('the style of the form is that of all rows whose columns do not say one', async () => {
  const { requests } = await runNode({
    operation: 'create',
    parameters: {
      source: 'columns',
      columns: { mappingMode: 'autoMapInputData', value: null },
      style: 'coupon',
      title: 'not read',
    },
    items: [{ json: { title: 'Coffee' } }, { json: { title: 'Show', style: 'event ticket' } }],
  })
  const styleByTitle = Object.fromEntries(requests.map(({ body }) => [body.title, body.style]))
  expect(styleByTitle).toEqual({ Coffee: 'coupon', Show: 'eventTicket' })
})

it("JSON of Apple's shape comes as text or from an expression, and keeps all that is in it", async () => {
  const userInfo = { entries: [{ more: { tier: 'gold' } }], none: null }
  const apple = { userInfo, semantics: '{ "venueName": "Riverside Hall" }', nfc: ' ' }
  const { requests } = await runNode({ operation: 'create', parameters: { title: 'Club', apple } })
  expect(requests[0]?.body).toEqual({
    title: 'Club',
    userInfo,
    semantics: { venueName: 'Riverside Hall' },
  })
  const run = runNode({ operation: 'create', parameters: { apple: { userInfo: '{ tier: 1 }' } } })
  await expect(run).rejects.toThrow('Data for Your App: "{ tier: 1 }" is no JSON')
})

describe('what the service warns of', () => {
  const warnings = [{ path: 'primaryFields', message: 'shows two; logoText has more' }]
  const words = 'Primary Fields: shows two; Logo Text has more'
  it.each(['create', 'createAndSend', 'upsert', 'update'])(
    'is in the items of %s, and once beside the output',
    async (operation) => {
      const { output, hints } = await runNode({
        operation,
        parameters: { title: 'Club', externalId: 'm-1', to: 'a@b.example', pass: { value: 's-1' } },
        items: [{ json: {} }, { json: {} }],
        respond: ({ method }) => ({
          json: {
            ...{ shareUrl: 'https://passes.example.com/p/t', fileName: 'club.pkpass' },
            ...(method === 'GET' ? {} : { warnings, applePass: 'bmV3' }),
          },
        }),
      })
      expect(output.map(({ json }) => json.warnings)).toEqual([warnings, warnings])
      expect(hints).toEqual([words])
    },
  )

  it('fills at most twenty lines beside the output, however many items differ', async () => {
    const { hints } = await runNode({
      operation: 'create',
      parameters: (index) => ({ title: `Club ${index}` }),
      items: Array.from({ length: 30 }, () => ({ json: {} })),
      respond: ({ body }) => ({
        json: {
          ...{ shareUrl: 'https://passes.example.com/p/t', applePass: 'bmV3' },
          warnings: [{ path: 'title', message: String(body.title) }],
        },
      }),
    })
    expect(hints).toHaveLength(20)
  })
})
