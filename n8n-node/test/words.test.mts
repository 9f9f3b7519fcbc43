import type { INodeProperties } from 'n8n-workflow'
import { expect, it } from 'vitest'
import { PasswrightApi } from '../credentials/PasswrightApi.credentials.ts'
import { Passwright } from '../nodes/Passwright/Passwright.node.ts'
import { PasswrightTrigger } from '../nodes/PasswrightTrigger/PasswrightTrigger.node.ts'

const nodes = [new Passwright(), new PasswrightTrigger()]

/** Lists every text that a form shows. */
function listTexts(properties: readonly unknown[]): string[] {
  return properties.flatMap((each) => {
    const {
      displayName,
      description,
      placeholder,
      hint,
      action,
      options = [],
      values = [],
      modes = [],
    } = each as INodeProperties & { action?: string; values?: unknown[] }
    const own = [displayName, description, placeholder, hint, action]
    return [
      ...own.filter((text) => typeof text === 'string'),
      ...listTexts(options),
      ...listTexts(values),
      ...listTexts(modes),
    ]
  })
}

const texts = [
  ...nodes.flatMap(({ description }) => [
    description.description,
    ...listTexts(description.properties),
  ]),
  ...listTexts(new PasswrightApi().properties),
]

it('no text promises that a phone follows, nor names a property of the request', () => {
  expect(texts.length).toBeGreaterThan(200)
  for (const text of texts) {
    expect(text).not.toMatch(/\bphones? (?:update|follow|show)|greys|grays|pushed to/i)
    expect(text).not.toMatch(/\b(?:barcodeFormat|dateStyle|externalId|expirationDate|onExisting)\b/)
  }
})

it('the subtitle says in words what the node does', () => {
  const [passwright, trigger] = nodes.map(({ description }) => description.subtitle ?? '')
  const evaluate = (subtitle: string, parameters: object) =>
    new Function('$parameter', `return ${subtitle.replace(/^=\{\{(.*)\}\}$/s, '$1')}`)(parameters)
  expect(evaluate(passwright ?? '', { resource: 'pass', operation: 'upsert' })).toBe(
    'Create or update pass',
  )
  expect(evaluate(passwright ?? '', { resource: 'account', operation: 'getUsage' })).toBe(
    'Get usage',
  )
  const events = ['pass.created', 'email.failed']
  expect(evaluate(trigger ?? '', { events })).toBe('Pass Created, Email Failed')
})

it('the actions begin with passes', () => {
  const resource = nodes[0]?.description.properties.find(({ name }) => name === 'resource')
  expect((resource?.options ?? []).map(({ name }) => name)).toEqual([
    'Pass',
    'Template',
    'Person',
    'Account',
  ])
})

it('no collection holds a single field', () => {
  for (const { name, type, options = [], displayOptions } of nodes[0]?.description.properties ??
    []) {
    const [operation] = displayOptions?.show?.operation ?? []
    if (type !== 'collection' || name === 'options') continue
    expect(options.length, `${operation}: ${name}`).toBeGreaterThan(1)
  }
})
