import { describe, expect, it } from 'vitest'
import { anAddress, anId, basics, failing, wordsOf } from '../desk.ts'
import type { Workshop } from '../workshop.ts'

/** Finding passes, by a search and in a dropdown. */
export function findingPromises(shop: () => Workshop): void {
  describe('Find Pass', () => {
    it('finds by the own ID, by the address and by the serial, with the file', async () => {
      const externalId = anId()
      const to = anAddress()
      const asked = { ...basics, externalId, email_to: to }
      const { id } = await shop().zapier.create('create_or_update_pass', asked)
      for (const wanted of [{ externalId }, { email: to }, { serialNumber: id }]) {
        const [found, ...others] = await shop().zapier.search(wanted)
        expect(others).toEqual([])
        expect(found).toMatchObject({ id, externalId })
        expect((await shop().zapier.hydrate(found?.file)).type).toContain('pkpass')
      }
    })

    it('finds nothing without a fuss, and nothing that was deleted', async () => {
      expect(await shop().zapier.search({ externalId: 'nobody' })).toEqual([])
      expect(await shop().zapier.search({ serialNumber: 'nobody' })).toEqual([])
      const externalId = anId()
      const { id } = await shop().zapier.create('create_pass', { ...basics, externalId })
      await shop().service.client(shop().connection.apiKey).deletePass(String(id))
      expect(await shop().zapier.search({ serialNumber: id })).toEqual([])
    })

    it('asks for something to search by', async () => {
      const error = await failing(shop().zapier.search({ externalId: '', email: '' }))
      expect(wordsOf(error)).toMatchObject({ code: 'nothing_asked' })
    })
  })

  describe('the dropdown of passes', () => {
    it('turns over page by page, newest first, without those that were deleted', async () => {
      const other = await shop().connect('unlimited')
      const client = shop().service.client(other.apiKey)
      for (let index = 0; index < 102; index += 1) {
        await client.createPass({ title: 'Club', externalId: `list-${index}` })
      }
      const gone = await client.createPass({ title: 'Club' })
      await client.deletePass(gone.serialNumber)
      const page = async (number: number) =>
        (await shop().zapier.run('triggers.pass_list.operation.perform', {
          authData: other,
          meta: { page: number, isFillingDynamicDropdown: true },
        })) as { id: string; label: string }[]
      const pages = [await page(0), await page(1), await page(2)]
      expect(pages.map(({ length }) => length)).toEqual([99, 3, 0])
      expect(pages[0]?.[0]?.label).toMatch(/^list-101, \d{4}-\d{2}-\d{2}$/)
      expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(102)
    })
  })
}
