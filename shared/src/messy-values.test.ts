import { describe, expect, it } from 'vitest'
import { assemble, type Problem } from './portable/index.ts'
import { messyValues, toForm } from './support/messy-values.ts'

describe('a form with what people type', () => {
  it('has a table of at least 120 values', () => {
    expect(messyValues.length).toBeGreaterThan(120)
  })

  it.each(messyValues.map((row) => [row.field, row.value, row.timeZone ?? 'UTC', row] as const))(
    'reads %s %j in %s',
    (_field, _value, timeZone, row) => {
      const { values, path } = toForm(row)
      const run = () => assemble({ title: 'Club', ...values }, { timeZone })
      if (row.refused === undefined) {
        const request = run()
        const [key = '', field] = path.split('[0].')
        const entry = request[key] as { [name: string]: unknown }[] | undefined
        const read = field === undefined ? request[key] : entry?.[0]?.[field]
        const title = path === 'title' ? undefined : 'Club'
        expect(request.title).toBe(row.field === 'title' ? row.expected : title)
        expect(read).toEqual(row.expected)
        return
      }
      let problem: unknown
      try {
        run()
      } catch (error) {
        problem = error
      }
      const { issues = [] } = problem as Problem
      expect(issues.map((issue) => issue.path)).toEqual([path])
      expect(issues[0]?.message).toContain(row.refused)
      expect(issues[0]?.message).toContain(String(row.value).trim())
    },
  )

  it('reads the date objects of both platforms', () => {
    const timeZone = 'Europe/Vienna'
    const luxon = { toISO: () => '2027-07-05T18:00:00.000+02:00', toISOString: undefined }
    const values = { expirationDate: new Date('2027-07-05T16:00:00Z'), relevantDate: luxon }
    expect(assemble(values, { timeZone })).toEqual({
      expirationDate: '2027-07-05T16:00:00Z',
      relevantDate: '2027-07-05T18:00:00+02:00',
    })
    expect(() => assemble({ expirationDate: new Date('never') })).toThrow('is no date')
  })
})
