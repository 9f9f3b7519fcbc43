import { describe, expect, it } from 'vitest'
import {
  catchError,
  createEmailAddress,
  createExternalId,
  samplePass,
} from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests the search and the dropdown. */
export function testFinding(env: () => TestEnvironment): void {
  describe('Find Pass', () => {
    it('finds a pass by its external ID, email address, serial number, words or metadata, with its file', async () => {
      const externalId = createExternalId()
      const to = createEmailAddress()
      const input = { ...samplePass, externalId, email_to: to, metadata: { member: externalId } }
      const { id } = await env().zapier.runCreate('create_or_update_pass', input)
      const queries = [
        { externalId: ` ${externalId} ` },
        { email: to },
        { serialNumber: `${id}\n` },
        { words: to.slice(0, 12) },
        { metadata: { member: externalId, empty: '' } },
      ]
      for (const query of queries) {
        const [found, ...others] = await env().zapier.runSearch(query)
        expect(others).toEqual([])
        expect(found).toMatchObject({ id, externalId })
        expect((await env().zapier.hydrate(found?.file)).type).toContain('pkpass')
      }
    })

    it('returns nothing for unknown and deleted passes', async () => {
      expect(await env().zapier.runSearch({ externalId: 'nobody' })).toEqual([])
      expect(await env().zapier.runSearch({ serialNumber: 'nobody' })).toEqual([])
      const externalId = createExternalId()
      const { id } = await env().zapier.runCreate('create_pass', { ...samplePass, externalId })
      await env().service.client(env().connection.apiKey).deletePass(String(id))
      expect(await env().zapier.runSearch({ serialNumber: id })).toEqual([])
      expect(await env().zapier.runSearch({ externalId })).toEqual([])
    })

    it('fails if no search field is filled in', async () => {
      const empty = { externalId: ' ', email: '', words: null, metadata: { a: '' } }
      const error = await catchError(env().zapier.runSearch(empty))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain('nothing to search for')
    })

    it('names its own inputs when they are refused', async () => {
      const error = await catchError(env().zapier.runSearch({ email: 'ada at example' }))
      expect(error.message).toMatch(/^Email must be .* \(value: "ada at example"\)$/)
    })
  })

  describe('the dropdown of passes', () => {
    it('lists the passes in pages, newest first, without deleted ones', async () => {
      const connection = await env().connect('unlimited')
      const client = env().service.client(connection.apiKey)
      for (let index = 0; index < 102; index += 1) {
        await client.createPass({
          title: 'Club',
          value: 'Ada Example',
          externalId: `list-${index}`,
        })
      }
      const deleted = await client.createPass({ title: 'Club' })
      await client.deletePass(deleted.serialNumber)
      const getPage = async (page: number) =>
        (await env().zapier.runMethod('triggers.pass_list.operation.perform', {
          authData: connection,
          meta: { page, isFillingDynamicDropdown: true },
        })) as { id: string; label: string }[]
      const pages = [await getPage(0), await getPage(1), await getPage(2)]
      expect(pages.map(({ length }) => length)).toEqual([100, 2, 0])
      expect(pages[0]?.[0]?.label).toBe('Club · Ada Example · list-101')
      expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(102)
    })
  })
}
