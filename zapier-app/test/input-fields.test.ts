import { assemble, fields } from '@passwright/shared'
import { describe, expect, it } from 'vitest'
import type { PlainInputField } from 'zapier-platform-core'
import { answersOf, passFields } from '../src/input-fields.ts'

type Data = Record<string, unknown>

/** What a person would fill in to say a field's sample: under the keys that Zapier asks for. */
function filledIn({ key, kind, items = [], sample }: (typeof fields)[number]): Data {
  const flat = (value: unknown) =>
    Object.fromEntries(
      items.flatMap((item) => {
        const answer = (value as Data)[item.key]
        const text = Array.isArray(answer) ? answer.join(', ') : answer
        return answer === undefined ? [] : [[`${key}_${item.key}`, text]]
      }),
    )
  if (kind === 'object') return flat(sample)
  return { [key]: kind === 'list' ? (sample as unknown[]).map(flat) : sample }
}

const asked = passFields().flatMap((field: PlainInputField) => [field, ...(field.children ?? [])])

describe('the form of a pass', () => {
  it.each(fields.map((field) => [field.key, field] as const))(
    '%s: what is filled in becomes what the shared table means',
    (_, field) => {
      const inputData = filledIn(field)
      expect(assemble(answersOf(inputData))).toEqual(assemble({ [field.key]: field.sample }))
      const keys = asked.map(({ key }) => key)
      const given = Object.entries(inputData).flatMap(([key, value]) => [
        key,
        ...(Array.isArray(value) ? value.flatMap((entry) => Object.keys(entry)) : []),
      ])
      expect(keys).toEqual(expect.arrayContaining(given))
    },
  )

  it('asks under every key once, with the words of the shared table', () => {
    const keys = asked.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    const title = fields.find(({ key }) => key === 'title')
    expect(asked[0]).toMatchObject({
      key: 'title',
      label: title?.label,
      helpText: title?.help,
      placeholder: title?.sample,
    })
  })

  it('puts what is required first, and leaves out what is not wanted', () => {
    const [first, second] = passFields({ required: ['externalId', 'title'], without: ['email'] })
    expect([first, second]).toMatchObject([
      { key: 'title', required: true },
      { key: 'externalId', required: true },
    ])
    expect(passFields({ without: ['email'] }).some(({ key }) => key.startsWith('email'))).toBe(
      false,
    )
  })

  it('drops line items in which nothing was filled in', () => {
    const answers = answersOf({ headerFields: [{ headerFields_label: '' }, {}] })
    expect(assemble(answers)).toEqual({})
  })
})
