import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  startTestService,
  type TestService,
} from '../../service/test/support/environment/test-service.ts'
import { runZapierCli } from '../pack/build.ts'
import { getUnpackedArchive } from './support/archive.ts'
import { catchError } from './support/fixtures.ts'

const modules = fileURLToPath(new URL('../node_modules', import.meta.url))

/** Zapier's command line takes text values only, and reads the connection from `.env`. */
describe("Zapier's command line with the bundle of the archive", { timeout: 180_000 }, () => {
  let service: TestService
  let folder: string
  beforeAll(async () => {
    service = await startTestService({
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'cards@club.example' },
    })
    folder = await createAppFolder('zapier-cli')
    const key = await service.createKey('unlimited', 'Door Desk')
    const connection = [`authData_baseUrl=${service.url}`, `authData_apiKey=${key}`]
    writeFileSync(join(folder, '.env'), connection.join('\n'))
  }, 180_000)
  afterAll(() => service?.stop())

  const invoke = (...args: string[]) =>
    runZapierCli(['invoke', ...args, '--non-interactive'], folder)
  const runStep = async (type: string, key: string, inputData: Record<string, string>) => {
    const output = await invoke(type, key, '-i', JSON.stringify(inputData))
    return JSON.parse(output.slice(output.search(/^[[{]/m)))
  }

  it('accepts the definition, and rejects an invalid one', async () => {
    expect(await runZapierCli(['validate', '--without-style'], folder)).toContain(
      'No structural errors',
    )
    const invalid = await createAppFolder('zapier-cli-invalid')
    const bundle = join(invalid, 'dist/index.js')
    writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('noun: "Pass"', 'noun: "P"'))
    await catchError(runZapierCli(['validate', '--without-style'], invalid))
  })

  it('tests the connection, and labels it with the name of the key and the host', async () => {
    expect(await invoke('auth', 'test')).toContain('"plan": "unlimited"')
    const host = service.url.replace('http://', '')
    expect(await invoke('auth', 'label')).toContain(`Door Desk on ${host}`)
  })

  it('runs every action and the search', async () => {
    const samplePass = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042' }
    const { serialNumber } = await runStep('create', 'create_pass', samplePass)
    const upsert = { ...samplePass, externalId: 'member-1042', sharingProhibited: 'false' }
    expect(await runStep('create', 'create_or_update_pass', upsert)).toMatchObject({
      externalId: 'member-1042',
    })
    const email = { serialNumber, to: 'ada@example.com' }
    expect(await runStep('create', 'send_pass_by_email', email)).toMatchObject({
      email: { status: 'queued' },
    })
    for (const [key, inputData, expected] of [
      ['update_pass', { value: 'Ada Example' }, { voided: false }],
      ['void_pass', {}, { voided: true }],
      ['reactivate_pass', {}, { voided: false }],
    ] as const) {
      const result = await runStep('create', key, { serialNumber, ...inputData })
      expect(result, key).toMatchObject({ serialNumber, ...expected })
    }
    expect(await runStep('search', 'find_pass', { externalId: 'member-1042' })).toMatchObject([
      { externalId: 'member-1042', file: expect.stringMatching(/^hydrate/) },
    ])
  })
})

/** Creates a folder in which Zapier's command line runs: with the bundle of the archive, and `node_modules` of the app. */
async function createAppFolder(name: string): Promise<string> {
  const { folder } = await getUnpackedArchive()
  const appFolder = join(inject('folder'), name)
  mkdirSync(appFolder)
  for (const entry of ['package.json', 'dist']) {
    cpSync(join(folder, entry), join(appFolder, entry), { recursive: true })
  }
  symlinkSync(modules, join(appFolder, 'node_modules'))
  return appFolder
}
