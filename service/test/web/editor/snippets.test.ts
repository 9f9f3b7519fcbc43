import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPass } from '../../../src/apple/verify/verify-pass.ts'
import { openTemplate, readDraft } from '../../../src/web/editor/browser/draft.ts'
import { buildSnippets } from '../../../src/web/editor/browser/snippets.ts'
import { findRunner } from '../../support/drop-in/runner.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { readPassJson } from '../../support/phones/read-pass-json.ts'
import { hostileRequest } from '../../support/web/editor-passes.ts'

const run = promisify(execFile)
const files = { curl: 'make.sh', javascript: 'make.mjs', python: 'make.py' }

describe('a snippet of the editor', () => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService()
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  it.each(Object.entries(files))('makes the pass as it stands: %s', async (id, program) => {
    const found = await findRunner(program)
    if ('missing' in found) return console.warn(`left out: ${found.missing}`)
    const folder = await createTemporaryFolder()
    const snippet = buildSnippets(hostileRequest, service.url).find((each) => each.id === id)
    await writeFile(join(folder, program), snippet?.text ?? '')
    const env = { ...process.env, PASSWRIGHT_KEY: key }
    await run(found.runner, [program], { cwd: folder, env })

    const name = 'o-brien-s-cafe-home-id-n-id.pkpass'
    const file = await readFile(join(folder, name))
    expect(verifyPass(file).accepted).toBe(true)
    expect((await readPassJson(file)).description).toBe(hostileRequest.title)
    const { passes } = await service.client(key).listPasses({ limit: 1 })
    const stored = await service.client(key).getPass(passes[0]?.serialNumber ?? '')
    const { logoURL: _, ...request } = hostileRequest
    expect(stored.pass).toMatchObject(request)
  })

  it('says what is wrong when the service refuses, and fails', async () => {
    for (const [id, file] of Object.entries(files)) {
      const found = await findRunner(file)
      if ('missing' in found) return console.warn(`left out: ${found.missing}`)
      const folder = await createTemporaryFolder()
      const snippet = buildSnippets({ titel: 'x' }, service.url).find((each) => each.id === id)
      await writeFile(join(folder, file), snippet?.text ?? '')
      const env = { ...process.env, PASSWRIGHT_KEY: key }
      const failed = await run(found.runner, [file], { cwd: folder, env }).catch((error) => error)
      expect(failed.code).toBeGreaterThan(0)
    }
  })
})

describe('the form of the editor', () => {
  it('reads back the pass that was opened in it', () => {
    const { request, template, issues } = readDraft(
      openTemplate({ name: 'x', pass: hostileRequest }),
    )
    expect({ request, issues }).toEqual({ request: hostileRequest, issues: [] })
    expect(template).toEqual(hostileRequest)
  })

  it('keeps placeholders in the template, and shows their samples', () => {
    const pass = {
      title: 'Club',
      value: 'Dear {{name}}',
      expirationDate: '{{ valid_until }}',
      headerFields: [
        { label: '', value: '' },
        { label: 'Points', value: '{{points}}', row: 1 },
      ],
      metadata: { level: '{{level}}' },
      email: { to: '{{email}}', subject: 'Hello {{name}}' },
    }
    const inputs = [
      { key: 'name', sample: 'Ada' },
      { key: 'valid_until', type: 'date' as const, sample: '2028-01-31' },
    ]
    const draft = openTemplate({ name: 'x', pass, inputs })
    const { request, template, issues } = readDraft(draft)
    expect(issues).toEqual([])
    expect(request).toMatchObject({
      value: 'Dear Ada',
      expirationDate: expect.stringMatching(/^2028-0[12]-/),
      headerFields: [{ label: 'Points', value: 'points' }],
      metadata: { level: 'level' },
    })
    expect(template).toEqual({
      ...pass,
      headerFields: [{ label: 'Points', value: '{{points}}', row: 1 }],
    })
  })
})
