import { describe, expect, it } from 'vitest'
import { type FormInput, type Problem, readTemplateValues } from './portable/index.ts'

const inputs: FormInput[] = [
  { key: 'name', label: 'Name', aliases: ['member'] },
  { key: 'points', type: 'number' },
  { key: 'until', type: 'date' },
  { key: 'level', type: 'choice', choices: ['Gold', 'Day Guest'] },
  { key: 'photo', type: 'image', required: false },
  { key: 'mail', type: 'email', default: 'a@example.com' },
]
const read = (values: Record<string, unknown>, pass: 'new' | 'either' = 'either') =>
  readTemplateValues(values, inputs, 'Europe/Vienna', pass)

function listIssues(values: Record<string, unknown>, pass: 'new' | 'either') {
  try {
    read(values, pass)
  } catch (error) {
    return (error as Problem).issues ?? []
  }
  throw new Error('All values were read.')
}

describe('the values of a template', () => {
  it.each([
    ['name', ' Ada {{x}}\n', 'Ada {{x}}'],
    ['name', 42, '42'],
    ['name', true, 'true'],
    ['points', '1.234,5', 1234.5],
    ['points', 0, 0],
    ['until', '2027-03-05', '2027-03-05'],
    ['until', '2027-07-05T18:00', '2027-07-05T18:00:00+02:00'],
    ['until', new Date('2027-07-05T16:00:00Z'), '2027-07-05T16:00:00Z'],
    ['level', 'day-guest', 'Day Guest'],
    ['mail', ' ada@example.com\n', 'ada@example.com'],
    ['photo', ' https://example.com/a.png ', 'https://example.com/a.png'],
  ])('reads %s %j as %j', (key, value, expected) => {
    expect(read({ [key]: value })).toEqual({ [key]: expected })
  })

  it('leaves out what is empty, knows what an input was called before, and keeps unknown keys', () => {
    const values = { points: ' ', until: null, level: undefined, member: 'Ada', other: 'x' }
    expect(read(values)).toEqual({ name: 'Ada', other: 'x' })
  })

  it('refuses every value that can be read in two ways, at its key', () => {
    const values = { points: '1,234', until: '05/03/2027', level: 'Silver' }
    const issues = listIssues(values, 'either')
    expect(issues.map(({ path }) => path)).toEqual([
      'values.points',
      'values.until',
      'values.level',
    ])
    expect(issues[2]?.message).toContain('Gold, Day Guest')
  })

  it('names what a new pass lacks beside what cannot be read, so that one look is enough', () => {
    const values = { name: ' ', points: 'many', until: '2027-03-05' }
    expect(listIssues(values, 'new').map(({ path }) => path)).toEqual([
      'values.points',
      'values.name',
      'values.level',
    ])
    // The service says it of a new pass, and what it lacks may be on one that is there.
    expect(read({ points: 3 }, 'new')).toEqual({ points: 3 })
    expect(listIssues(values, 'either')).toHaveLength(1)
  })
})
