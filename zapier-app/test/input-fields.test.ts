import { assemble, fields } from '@passwright/shared'
import { describe, expect, it } from 'vitest'
import type { PlainInputField } from 'zapier-platform-core'
import { toFormValues } from '../src/form-values.ts'
import { buildPassFields } from '../src/input-fields.ts'

type Data = Record<string, unknown>

/** Builds the input data with which a user would enter the sample of a field. */
function buildInputData({ key, kind, items = [], sample }: (typeof fields)[number]): Data {
  const flat = (value: unknown) =>
    Object.fromEntries(
      items.flatMap((item) => {
        const itemValue = (value as Data)[item.key]
        const text = Array.isArray(itemValue) ? itemValue.join(', ') : itemValue
        return itemValue === undefined ? [] : [[`${key}_${item.key}`, text]]
      }),
    )
  if (kind === 'object') return flat(sample)
  return { [key]: kind === 'list' ? (sample as unknown[]).map(flat) : sample }
}

const inputFields = buildPassFields().flatMap((field: PlainInputField) => [
  field,
  ...(field.children ?? []),
])

describe('the input fields of a pass', () => {
  it.each(fields.map((field) => [field.key, field] as const))(
    '%s: the input data becomes the request of the shared table',
    (_, field) => {
      const inputData = buildInputData(field)
      expect(assemble(toFormValues(inputData))).toEqual(assemble({ [field.key]: field.sample }))
      const keys = inputFields.map(({ key }) => key)
      const usedKeys = Object.entries(inputData).flatMap(([key, value]) => [
        key,
        ...(Array.isArray(value) ? value.flatMap((entry) => Object.keys(entry)) : []),
      ])
      expect(keys).toEqual(expect.arrayContaining(usedKeys))
    },
  )

  it('have unique keys, and the labels and help texts of the shared table', () => {
    const keys = inputFields.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    const title = fields.find(({ key }) => key === 'title')
    expect(inputFields[0]).toMatchObject({
      key: 'title',
      label: title?.label,
      helpText: title?.help,
      placeholder: title?.sample,
    })
  })

  it('start with the required ones, and omit the excluded ones', () => {
    const [first, second] = buildPassFields({
      required: ['externalId', 'title'],
      excluded: ['email'],
    })
    expect([first, second]).toMatchObject([
      { key: 'title', required: true },
      { key: 'externalId', required: true },
    ])
    expect(
      buildPassFields({ excluded: ['email'] }).some(({ key }) => key.startsWith('email')),
    ).toBe(false)
  })

  it('omit line items without values', () => {
    const values = toFormValues({ headerFields: [{ headerFields_label: '' }, {}] })
    expect(assemble(values)).toEqual({})
  })
})
