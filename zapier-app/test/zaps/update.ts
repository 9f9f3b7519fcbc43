import { describe, expect, it } from 'vitest'
import { catchError, type Data, readSpec, samplePass } from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests the actions that change an existing pass. */
export function testUpdates(env: () => TestEnvironment): void {
  describe('Update Pass', () => {
    const createPass = (inputData: Data = {}) =>
      env().zapier.runCreate('create_pass', { ...samplePass, ...inputData })
    const runStep = (inputData: Data) => env().zapier.runCreate('update_pass', inputData)

    it('updates the fields that are filled in, removes those to empty, and keeps all others', async () => {
      const { id } = await createPass({ value: 'Update', label: 'Member', colorPreset: 'blue' })
      const changed = await runStep({
        serialNumber: id,
        value: 'Paid',
        title: '',
        clear: ['label'],
      })
      expect(changed).toMatchObject({ id, serialNumber: id })
      expect(changed.warnings).toContain('Phones that have this pass keep it as it was')
      const spec = await readSpec(env(), id)
      expect(spec).toMatchObject({ title: samplePass.title, value: 'Paid', colorPreset: 'blue' })
      expect(spec).not.toHaveProperty('label')
    })

    it('returns another file pointer when the pass has changed, and the same one when it has not', async () => {
      const pass = await createPass({ value: 'Pointer' })
      const changed = await runStep({ serialNumber: pass.id, value: 'Changed' })
      expect(changed.file).not.toBe(pass.file)
      const again = await runStep({ serialNumber: pass.id, value: 'Changed' })
      expect(again.file).toBe(changed.file)
    })

    it.each([
      ['labelColor', { labelColor: null }],
      ['Label Color, logo text', { labelColor: null, logoText: null }],
      [['labelColor', ' '], { labelColor: null }],
      [['barcodeValue'], { barcodeValue: null, barcodeFormat: null, barcodeAltText: null }],
    ])('empties the fields %j and no others', async (clear, expected) => {
      const { id } = await createPass({ value: `Clear ${JSON.stringify(clear)}`, label: 'Member' })
      env().proxy.requests.length = 0
      await runStep({ serialNumber: id, clear })
      const patch = env().proxy.requests.find(({ method }) => method === 'PATCH')
      expect(JSON.parse(patch?.body ?? '')).toEqual(expected)
    })

    it('empties nothing if Fields to Empty is null, and halts for a field that does not exist', async () => {
      const { id } = await createPass({ value: 'Clear null', label: 'Member' })
      await runStep({ serialNumber: id, clear: null, value: 'Paid' })
      expect(await readSpec(env(), id)).toMatchObject({ label: 'Member', value: 'Paid' })
      const error = await catchError(runStep({ serialNumber: id, clear: 'Lable', value: 'x' }))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain('Fields to Empty: "Lable"')
    })

    it('halts if no field is filled in', async () => {
      const error = await catchError(runStep({ serialNumber: 'any', title: '', clear: null }))
      expect(error.name).toBe('HaltedError')
    })

    it('halts for a pass that does not exist', async () => {
      const error = await catchError(runStep({ serialNumber: 'none', value: 'x' }))
      expect(error.name).toBe('HaltedError')
      expect(error.message).toContain('no pass with this serial number')
    })
  })

  describe('Void Pass and Reactivate Pass', () => {
    it('void and reactivate a pass, and halt if it already has the status', async () => {
      const { id } = await env().zapier.runCreate('create_pass', { ...samplePass, value: 'Void' })
      const runStep = (key: string) => env().zapier.runCreate(key, { serialNumber: id })
      expect(await runStep('void_pass')).toMatchObject({ id, voided: true })
      expect(await catchError(runStep('void_pass'))).toMatchObject({
        name: 'HaltedError',
        message: expect.stringContaining('already void'),
      })
      expect(await runStep('reactivate_pass')).toMatchObject({ id, voided: false })
      expect(await catchError(runStep('reactivate_pass'))).toMatchObject({ name: 'HaltedError' })
    })

    it('halt if the pass was deleted, which Delete Pass does once', async () => {
      const { id } = await env().zapier.runCreate('create_pass', {
        ...samplePass,
        value: 'Deleted',
      })
      const deleted = await env().zapier.runCreate('delete_pass', { serialNumber: ` ${id}` })
      expect(deleted).toMatchObject({ id, voided: true, title: samplePass.title })
      for (const key of ['void_pass', 'reactivate_pass', 'delete_pass']) {
        const error = await catchError(env().zapier.runCreate(key, { serialNumber: id }))
        expect(error.name).toBe('HaltedError')
      }
    })
  })
}
