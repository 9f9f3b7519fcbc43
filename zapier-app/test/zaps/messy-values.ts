import { describe, expect, it } from 'vitest'
import { type MessyValue, messyValues, toForm } from '../../../shared/src/support/messy-values.ts'
import { catchError, type Data, parseError, samplePass } from '../support/fixtures.ts'
import { toInputData } from '../support/input-data.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests that Zapier reads the table of messy values as shared does, after Zapier's own conversions. */
export function testMessyValues(env: () => TestEnvironment): void {
  describe('what people type', () => {
    /** Runs a step whose request is refused, and returns that request or the error without one. */
    const send = async (inputData: Data, timeZone?: string) => {
      env().proxy.requests.length = 0
      const body = '{"error":"Not now","code":"invalid_request","requestId":"r"}'
      env().proxy.chooseFault = () => ({ status: 400, body })
      const error = await catchError(
        env().zapier.runCreate('create_pass', inputData, { timeZone: timeZone ?? 'UTC' }),
      )
      const [sent] = env().proxy.requests
      return { error, request: sent && (JSON.parse(sent.body) as Data) }
    }
    const readAt = (request: Data | undefined, path: string) => {
      const [key = '', field] = path.split('[0].')
      const value = request?.[key]
      return field === undefined ? value : (value as Data[] | undefined)?.[0]?.[field]
    }
    const check = async (row: MessyValue) => {
      const { values, path } = toForm(row)
      const input = { title: 'Club', ...toInputData(values) }
      const { error, request } = await send(input, row.timeZone)
      if (row.refused === undefined) {
        expect(readAt(request, path)).toEqual(row.expected)
        return
      }
      expect(request).toBeUndefined()
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain(row.refused)
      expect(error.message).toContain(String(row.value).trim())
    }

    it.each(messyValues.map((row) => [row.field, row.value, row.timeZone ?? 'UTC', row] as const))(
      'reads %s %j in %s as shared does',
      (_field, _value, _timeZone, row) => check(row),
    )

    it('says nothing in a line item of nulls, and in one that is null', async () => {
      const locations = [{ locations_latitude: null, locations_longitude: null }, null]
      const { request } = await send({ ...samplePass, locations, backFields: [null] })
      expect(request).toEqual(samplePass)
    })

    it('reads the inputs of a single line item that come without a list', async () => {
      const { request } = await send({
        ...samplePass,
        backFields_label: 'Help',
        backFields_value: '1',
      })
      expect(request).toEqual({ ...samplePass, backFields: [{ label: 'Help', value: '1' }] })
    })

    it('says what is wrong in the words of the form, with the value', async () => {
      const { error } = await send({
        ...samplePass,
        expirationDate: 'n/a',
        locations: [{ locations_latitude: '48,2', locations_longitude: 'east' }],
      })
      const { message } = parseError(error)
      expect(message).toContain('Expires On "n/a" is no date')
      expect(message).toContain('Locations 1, Longitude "east" is no number')
    })

    it('reads a date in UTC if the account has no time zone, or one that does not exist', async () => {
      for (const timeZone of ['', 'Mars/Olympus']) {
        const { request } = await send(
          { ...samplePass, relevantDate: '2027-03-05T18:00' },
          timeZone,
        )
        expect(request?.relevantDate).toBe('2027-03-05T18:00:00+00:00')
      }
    })
  })
}
