import { describe, expect, it } from 'vitest'
import { emailItems, fields, type ItemField } from './portable/index.ts'
import {
  explainIssue,
  normalizeEmailRequest,
  normalizePassPatch,
  normalizePassRequest,
  PassRequest,
  toIssues,
} from './schema/index.ts'

interface Row {
  path: string
  row: ItemField
  /** The body of a pass in which this field alone has a value. */
  toBody: (value: unknown) => Record<string, unknown>
}

/** Every field of a pass, also inside lists and objects. */
const rows = fields.flatMap((field): Row[] => [
  { path: field.path, row: field, toBody: (value) => ({ [field.path]: value }) },
  ...(field.items ?? []).map((item) => ({
    path: `${field.path}.${item.path}`,
    row: item,
    toBody: (value: unknown) => {
      const entry = { [item.path]: value }
      return { [field.path]: field.kind === 'object' ? entry : [entry] }
    },
  })),
])

const nothing = (toBody: Row['toBody']) => toBody(undefined)
const parse = (body: object) => PassRequest.safeParse(body, { error: explainIssue })

describe('an empty field of a pass', () => {
  it.each(rows)('$path: null is the same as no field', ({ toBody }) => {
    expect(normalizePassRequest(toBody(null))).toEqual(nothing(toBody))
  })

  it.each(rows)('$path: an empty text is the same, unless the help says otherwise', (each) => {
    const { row, toBody } = each
    const isKept = /\bmay be empty\b/i.test(row.help)
    expect(isKept, row.help).toBe(row.keepsEmpty === true)
    expect(normalizePassRequest(toBody(''))).toEqual(isKept ? toBody('') : nothing(toBody))
    if (isKept) expect(row.help).not.toMatch(/\bwhen empty\b/i)
  })

  it('is removed by a merge patch, but not inside a list, which is replaced as a whole', () => {
    const patch = {
      logoText: '',
      value: null,
      cardLabel: '',
      locations: [],
      metadata: { a: null, b: '' },
      backFields: [{ value: 'x', label: null }],
    }
    expect(normalizePassPatch(patch)).toEqual({
      logoText: null,
      value: null,
      cardLabel: '',
      locations: null,
      metadata: { a: null, b: '' },
      backFields: [{ value: 'x' }],
    })
  })

  it.each(emailItems)('$key of an email: null and an empty text are not given', ({ key }) => {
    expect(normalizeEmailRequest({ [key]: null })).toEqual({})
    expect(normalizeEmailRequest({ [key]: '' })).toEqual({})
  })
})

describe('a normalized body', () => {
  const samples = Object.fromEntries(fields.map(({ path, sample }) => [path, sample]))

  it('is the body itself when it is written as documented', () => {
    expect(normalizePassRequest(samples)).toEqual(samples)
    expect(normalizePassPatch(samples)).toEqual(samples)
  })

  it.each(
    rows.filter(({ row }) => !['text', 'longText', 'textOrNumber', 'pairs'].includes(row.kind)),
  )(
    '$path: a number where another type belongs stays, and the message has a sample',
    ({ path, row, toBody }) => {
      const value = ['integer', 'number'].includes(row.kind) ? 'many' : 7.5
      const body = normalizePassRequest({ title: 'Club', ...toBody(value) })
      const issues = toIssues(parse(body).error!).filter((issue) =>
        issue.path.replaceAll('[0]', '').startsWith(path),
      )
      expect(issues).toHaveLength(1)
      expect(issues[0]?.message).toMatch(/such as|one of: |^must be generic$/)
    },
  )

  it.each(rows.filter(({ row }) => row.isExact || ['choice', 'color', 'image'].includes(row.kind)))(
    '$path: blanks round it do not count',
    ({ row, toBody }) => {
      const spaced = ` \t\u00a0\u200b\ufeff${row.sample}\r\n `
      expect(normalizePassRequest(toBody(spaced))).toEqual(toBody(row.sample))
    },
  )

  it.each(rows.filter(({ row }) => row.choices))('$path: its choices in any case', (each) => {
    const { row, toBody } = each
    for (const choice of row.choices ?? []) {
      const [given, expected] = row.kind === 'choices' ? [[choice], [choice]] : [choice, choice]
      const written = JSON.parse(JSON.stringify(given).toUpperCase())
      expect(normalizePassRequest(toBody(written))).toEqual(toBody(expected))
    }
  })

  it('is read quickly when it is all blanks', () => {
    const startedAt = performance.now()
    normalizePassRequest({ color: `x${' '.repeat(2_000_000)}x`, style: ' '.repeat(2_000_000) })
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
