import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPass } from '../../../src/apple/verify/verify-pass.ts'
import { openTemplate, readDraft } from '../../../src/web/editor/browser/draft/draft.ts'
import type { Snippet } from '../../../src/web/editor/browser/snippets/snippets.ts'
import { startTestService, type TestService } from '../../support/environment/test-service.ts'
import { hostileRequest } from '../../support/web/editor-passes.ts'
import { readContent, runSnippet } from '../../support/web/run-snippet.ts'

const ids = ['curl', 'javascript', 'python'] as const satisfies readonly Snippet['id'][]

describe('a snippet of the editor', () => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService()
    key = await service.createKey()
  })
  afterAll(() => service.stop())

  const run = (id: Snippet['id'], request: Record<string, unknown>) =>
    runSnippet(id, request, { serviceUrl: service.url, key })

  it.each(ids)('makes the pass as it stands, the same in every language: %s', async (id) => {
    const made = await run(id, hostileRequest)
    if ('missing' in made) return console.warn(`left out: ${made.missing}`)
    expect(made.name).toBe('o-brien-s-cafe-home-id-n-id.pkpass')
    expect(verifyPass(made.file).accepted).toBe(true)
    const client = service.client(key)
    const { passes } = await client.listPasses({ limit: 1 })
    const stored = await client.getPass(passes[0]?.serialNumber ?? '')
    const { logoURL: _, ...request } = hostileRequest
    expect(stored.pass).toMatchObject(request)
    const content = await readContent(made.file)
    expect(content.description).toBe(hostileRequest.title)
    expect(content).toEqual(await readContent(await client.createPassFile(hostileRequest)))
  })

  it.each(ids)('fails when the service refuses: %s', async (id) => {
    const failed = await run(id, { titel: 'x' }).catch((error) => error)
    if ('missing' in failed) return console.warn(`left out: ${failed.missing}`)
    expect(failed.code).toBeGreaterThan(0)
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
