import { describe, expect, it } from 'vitest'
import { catchError, createExternalId, type Data } from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests the search for what happened to the passes. */
export function testStatistics(env: () => TestEnvironment): void {
  describe('Find Statistics', () => {
    const find = (inputData: Data) =>
      env().zapier.runMethod('searches.find_statistics.operation.perform', {
        inputData,
      }) as Promise<Data[]>

    it('counts the passes of a template by day, with sums and the numbers of now', async () => {
      const template = createExternalId()
      await env()
        .service.client(env().connection.apiKey)
        .createTemplate({ name: template, pass: { title: 'Club', value: '{{name}}' } })
      const row = { template, templateValues: { name: 'Ada' } }
      await env().zapier.runCreate('create_pass', row, { zapId: 'stats-1' })
      await env().zapier.runCreate('create_pass', row, { zapId: 'stats-2' })
      const [found] = await find({ template: ` ${template}`, by: ' Month ', from: '', to: null })
      expect(found).toMatchObject({
        total: { created: 2, voided: 0 },
        now: { living: 2, installed: 0, neverInstalled: 2 },
      })
      expect(found?.rows).toContainEqual(expect.objectContaining({ created: 2 }))
    })

    it('halts for a day that can be read in two ways', async () => {
      const error = await catchError(find({ from: '05/03/2027' }))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain('From "05/03/2027" is no date')
    })
  })
}
