import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { listApiKeys } from '../../src/accounts/api-keys.ts'
import { databases } from '../support/databases/databases.ts'
import { tryCommand } from '../support/environment/service-process.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

describe.each(databases)('passwright templates on $name', ({ name, createDatabase }) => {
  let service: TestService
  let key: string
  let env: Record<string, string>

  beforeAll(async () => {
    const databaseUrl = await createDatabase()
    service = await startTestService({ databaseUrl })
    key = await service.createKey()
    await service.createKey('free', 'Other')
    env = { DATA_DIR: inject('folder'), DATABASE_URL: databaseUrl }
  })
  afterAll(() => service.stop())

  const passwright = async (...words: string[]) => {
    const [{ id = '' } = {}] = (await listApiKeys(service.ctx.db, new Date())).filter(
      (each) => each.name === 'Test',
    )
    return tryCommand(env, 'templates', ...words, '--key', id)
  }

  it('imports ready templates and files, and exports what it imports again', async () => {
    const imported = await passwright('import', 'gym', 'coffee')
    expect(imported).toMatchObject({ exitCode: 0, stderr: '' })
    const { templates } = await service.client(key).listTemplates()
    expect(templates.map((each) => each.name)).toEqual(['Coffee stamp card', 'Gym membership'])
    const exported = await passwright('export', 'Gym membership')
    const file = join(inject('folder'), `gym-${name}.json`)
    const changed = exported.stdout.replaceAll('Riverside Gym', 'Lakeside Gym')
    await writeFile(file, changed)
    const again = JSON.parse((await passwright('import', file, '--json')).stdout)
    expect(again).toEqual([
      expect.objectContaining({ name: 'Gym membership', version: 2, passes: 0 }),
    ])
    expect((await passwright('show', 'Gym membership')).stdout).toContain('valid_until')
    expect(JSON.parse((await passwright('list', '--json')).stdout)).toMatchObject({
      templates: [{ name: 'Coffee stamp card' }, { name: 'Gym membership', version: 2 }],
      ready: expect.arrayContaining(['train']),
    })
  })

  it('says what is wrong with a file, a name or a key', async () => {
    const file = join(inject('folder'), `bad-${name}.json`)
    await writeFile(file, JSON.stringify({ name: 'Bad', pass: { title: '{{a b}}' } }))
    const bad = await passwright('import', file)
    expect(bad).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('pass.title') })
    expect((await passwright('show', 'nothing')).stderr).toContain('templates list')
    const whose = await tryCommand(env, 'templates', 'list')
    expect(whose).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Other') })
  })
})
