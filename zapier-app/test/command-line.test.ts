import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startTestService, type TestService } from '../../service/test/support/test-service.ts'
import { zapier } from '../pack/build.ts'
import { unpackedArchive } from './archive.ts'
import { failing } from './desk.ts'

const modules = fileURLToPath(new URL('../node_modules', import.meta.url))

/** What its author tries the app with; it takes texts only, and reads the connection from `.env`. */
describe("Zapier's command line, on the bundle of the archive", { timeout: 180_000 }, () => {
  let service: TestService
  let folder: string
  beforeAll(async () => {
    service = await startTestService({
      env: { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'cards@club.example' },
    })
    folder = await appFolder('zapier-cli')
    const key = await service.createKey('unlimited', 'Door Desk')
    const connection = [`authData_baseUrl=${service.url}`, `authData_apiKey=${key}`]
    writeFileSync(join(folder, '.env'), connection.join('\n'))
  }, 180_000)
  afterAll(() => service?.stop())

  const invoke = (...words: string[]) => zapier(['invoke', ...words, '--non-interactive'], folder)
  const step = async (type: string, key: string, inputData: Record<string, string>) => {
    const printed = await invoke(type, key, '-i', JSON.stringify(inputData))
    return JSON.parse(printed.slice(printed.search(/^[[{]/m)))
  }

  it('finds the definition valid, and one with a mistake not', async () => {
    expect(await zapier(['validate', '--without-style'], folder)).toContain('No structural errors')
    const broken = await appFolder('zapier-cli-broken')
    const bundle = join(broken, 'dist/index.js')
    writeFileSync(bundle, readFileSync(bundle, 'utf8').replace('noun: "Pass"', 'noun: "P"'))
    await failing(zapier(['validate', '--without-style'], broken))
  })

  it('connects, and calls the connection by its key and host', async () => {
    expect(await invoke('auth', 'test')).toContain('"plan": "unlimited"')
    const host = service.url.replace('http://', '')
    expect(await invoke('auth', 'label')).toContain(`Door Desk on ${host}`)
  })

  it('runs every step and the search', async () => {
    const basics = { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042' }
    const { serialNumber } = await step('create', 'create_pass', basics)
    const ours = { ...basics, externalId: 'member-1042', sharingProhibited: 'false' }
    expect(await step('create', 'create_or_update_pass', ours)).toMatchObject({
      externalId: 'member-1042',
    })
    const mail = { serialNumber, to: 'ada@example.com' }
    expect(await step('create', 'send_pass_by_email', mail)).toMatchObject({
      email: { status: 'queued' },
    })
    for (const [key, more, expected] of [
      ['update_pass', { value: 'Ada Example' }, { voided: false }],
      ['void_pass', {}, { voided: true }],
      ['reactivate_pass', {}, { voided: false }],
    ] as const) {
      const told = await step('create', key, { serialNumber, ...more })
      expect(told, key).toMatchObject({ serialNumber, ...expected })
    }
    expect(await step('search', 'find_pass', { externalId: 'member-1042' })).toMatchObject([
      { externalId: 'member-1042', file: expect.stringMatching(/^hydrate/) },
    ])
  })
})

/** The bundle of the archive where Zapier's command line finds itself at home: with all of core around it. */
async function appFolder(name: string): Promise<string> {
  const { folder } = await unpackedArchive()
  const place = join(inject('folder'), name)
  mkdirSync(place)
  for (const part of ['package.json', 'dist']) {
    cpSync(join(folder, part), join(place, part), { recursive: true })
  }
  symlinkSync(modules, join(place, 'node_modules'))
  return place
}
