import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

describe('the tools for agents', () => {
  let service: TestService
  let key: string

  beforeAll(async () => {
    service = await startTestService({ env: { MCP: 'on' } })
  })
  afterAll(() => service.stop())
  beforeEach(async () => {
    key = await service.createKey()
  })

  /** The official client, connected with an API key. */
  async function connect(owner = key): Promise<Client> {
    const client = new Client({ name: 'test', version: '1.0.0' })
    const headers = { Authorization: `Bearer ${owner}` }
    const url = new URL('/mcp', service.url)
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
    onTestFinished(() => client.close())
    return client
  }

  async function call(client: Client, name: string, input: Record<string, unknown> = {}) {
    const result = await client.callTool({ name, arguments: input })
    const [content] = result.content as { type: string; text: string }[]
    const text = content?.text ?? ''
    return { isError: result.isError ?? false, text, json: result.isError ? {} : JSON.parse(text) }
  }

  it('are at most twelve, each with a schema, a description and whether it changes anything', async () => {
    const { tools } = await (await connect()).listTools()
    expect(tools.length).toBeLessThanOrEqual(12)
    for (const { description, inputSchema, annotations } of tools) {
      expect(description).toMatch(/\.$/)
      expect(inputSchema.type).toBe('object')
      expect(annotations).toMatchObject({ readOnlyHint: expect.any(Boolean), openWorldHint: false })
    }
    const readOnly = tools.filter(({ annotations }) => annotations?.readOnlyHint)
    expect(readOnly.map(({ name }) => name)).toEqual([
      'find_passes',
      'get_pass',
      'list_templates',
      'get_statistics',
      'list_events',
    ])
  })

  it('issue, find, change, void and describe a pass, with links and never its file', async () => {
    const client = await connect()
    const fields = {
      title: 'Coffee',
      secondaryFields: [{ key: 'points', label: 'Points', value: 3 }],
    }
    const issued = await call(client, 'issue_pass', { pass: fields, externalId: 'M-1' })
    expect(issued.json).toMatchObject({
      outcome: 'created',
      shareUrl: expect.stringMatching(/^http/),
    })
    expect(issued.text).not.toContain('applePass')
    const { serialNumber } = issued.json
    const changes = { title: 'Tea' }
    await call(client, 'update_pass', { pass: 'M-1', changes })
    const adjusted = await call(client, 'adjust_counter', { pass: 'M-1', field: 'points', by: 2 })
    expect(adjusted.json).toMatchObject({ before: 3, after: 5 })
    expect((await call(client, 'void_pass', { pass: serialNumber })).json).toMatchObject({
      voided: true,
    })
    const found = await call(client, 'find_passes', { q: 'tea', voided: true })
    expect(found.json.passes).toMatchObject([{ serialNumber, title: 'Tea', externalId: 'M-1' }])
    const { json } = await call(client, 'get_pass', { pass: serialNumber })
    expect(json.pass.secondaryFields[0].value).toBe(5)
    const { events } = (await call(client, 'list_events')).json
    expect(events.map(({ type }: { type: string }) => type)).toEqual([
      'pass.created',
      'pass.updated',
      'pass.updated',
      'pass.voided',
    ])
    const stats = await call(client, 'get_statistics', { by: 'month' })
    expect(stats.json.rows.at(-1)).toMatchObject({ created: 1, voided: 1 })
  })

  it('do nothing where several passes fit, and list them', async () => {
    await service.ctx.db.updateTable('email').set({ status: 'sent' }).execute()
    const client = await connect()
    const own = service.client(key)
    const passes = [await own.createPass({ title: 'One' }), await own.createPass({ title: 'Two' })]
    for (const { serialNumber } of passes) {
      await service.ctx.db
        .insertInto('email')
        .values({
          id: `email-${serialNumber}`,
          key_id: (
            await service.ctx.db
              .selectFrom('pass')
              .select('key_id')
              .where('serial_number', '=', serialNumber)
              .executeTakeFirstOrThrow()
          ).key_id,
          serial_number: serialNumber,
          recipient: 'ada@example.com',
          recipient_folded: 'ada@example.com',
          options: '{}',
          status: 'sent',
          reason: null,
          created_at: new Date().toISOString(),
          updated_at: new Date().toISOString(),
        })
        .execute()
    }
    const { json } = await call(client, 'void_pass', { pass: 'Ada@example.com' })
    expect(json.note).toContain('nothing was done')
    expect(json.passes.map(({ title }: { title: string }) => title).sort()).toEqual(['One', 'Two'])
    expect((await own.listPasses({ voided: true })).passes).toEqual([])
  })

  it('report errors in the words of the API', async () => {
    const client = await connect(await service.createKey('free'))
    const refused = await call(client, 'issue_pass', { pass: { title: ' ', color: '#123456' } })
    expect(refused.isError).toBe(true)
    const direct = await service.fetch('/api/passes', { key, json: { title: ' ' } })
    const { issues } = JSON.parse(await direct.text())
    expect(refused.text).toContain(`title: ${issues[0].message}`)
    expect(refused.text).toContain('color: ')
    const missing = await call(client, 'get_pass', { pass: 'M-404' })
    expect(missing).toMatchObject({ isError: true, text: expect.stringContaining('M-404') })
  })

  it('are for callers with a key, not for pages of other sites', async () => {
    await expect(connect('pw_live_wrong')).rejects.toThrow(/401|API key/)
    const headers = {
      accept: 'application/json, text/event-stream',
      origin: 'https://evil.example',
    }
    const json = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    const response = await service.fetch('/mcp', { key, json, headers })
    expect(response.status).toBe(403)
    const get = await service.fetch('/mcp', { key })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  })

  it('are not there unless they are switched on', async () => {
    const other = await startTestService()
    onTestFinished(() => other.stop())
    for (const method of ['GET', 'POST']) {
      const response = await other.fetch('/mcp', { method, key })
      expect(response.status).toBe(404)
    }
  })
})
