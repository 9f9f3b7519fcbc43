import { describe, expect, it } from 'vitest'
import { basics, type Data, failing, specOf, wordsOf } from '../desk.ts'
import type { Workshop } from '../workshop.ts'

/** Changing passes that are there. */
export function changingPromises(shop: () => Workshop): void {
  describe('Update Pass', () => {
    const make = (more: Data = {}) => shop().zapier.create('create_pass', { ...basics, ...more })
    const step = (inputData: Data) => shop().zapier.create('update_pass', inputData)

    it('changes what is filled in, empties what is named, and leaves the rest', async () => {
      const { id } = await make({ value: 'Update', label: 'Member', colorPreset: 'blue' })
      const changed = await step({ serialNumber: id, value: 'Paid', title: '', clear: ['label'] })
      expect(changed).toMatchObject({ id, serialNumber: id })
      const spec = await specOf(shop(), id)
      expect(spec).toMatchObject({ title: basics.title, value: 'Paid', colorPreset: 'blue' })
      expect(spec).not.toHaveProperty('label')
    })

    it('gives a changed pass another pointer, and the file of the change', async () => {
      const made = await make({ value: 'Pointer' })
      const changed = await step({ serialNumber: made.id, value: 'Changed' })
      expect(changed.file).not.toBe(made.file)
      const again = await step({ serialNumber: made.id, value: 'Changed' })
      expect(again.file).toBe(changed.file)
    })

    it('halts when there is nothing to change', async () => {
      const error = await failing(step({ serialNumber: 'any', title: '' }))
      expect(error.name).toBe('HaltedError')
    })

    it('tells a pass that is not there', async () => {
      const error = await failing(step({ serialNumber: 'none', value: 'x' }))
      expect(wordsOf(error)).toMatchObject({ code: 'not_found', status: 404 })
    })
  })

  describe('Void Pass and Reactivate Pass', () => {
    it('void, halt when it is void already, and take it back', async () => {
      const { id } = await shop().zapier.create('create_pass', { ...basics, value: 'Void' })
      const step = (key: string) => shop().zapier.create(key, { serialNumber: id })
      expect(await step('void_pass')).toMatchObject({ id, voided: true })
      expect(await failing(step('void_pass'))).toMatchObject({
        name: 'HaltedError',
        message: expect.stringContaining('void already'),
      })
      expect(await step('reactivate_pass')).toMatchObject({ id, voided: false })
      expect(await failing(step('reactivate_pass'))).toMatchObject({ name: 'HaltedError' })
    })

    it('halt where the pass was deleted', async () => {
      const { id } = await shop().zapier.create('create_pass', { ...basics, value: 'Deleted' })
      await shop().service.client(shop().connection.apiKey).deletePass(String(id))
      for (const key of ['void_pass', 'reactivate_pass']) {
        const error = await failing(shop().zapier.create(key, { serialNumber: id }))
        expect(error.name).toBe('HaltedError')
      }
    })
  })
}
