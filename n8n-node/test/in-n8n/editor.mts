import { describe, expect, it } from 'vitest'
import { buildN8nWorkflow } from '../../../service/src/web/editor/browser/snippets/n8n-workflow.ts'
import { ensureDebianPackages } from '../../../service/test/support/run/debian.ts'
import { openBrowser } from '../../../service/test/support/web/browser.ts'
import { hostileRequest } from '../../../service/test/support/web/editor-passes.ts'
import { readContent, runSnippet } from '../../../service/test/support/web/run-snippet.ts'
import type { Fixtures } from '../support/fixtures.mts'
import type { Workflow } from '../support/n8n.mts'
import { listEntries } from '../support/pass-file.mts'

const hasChromium = await ensureDebianPackages(['chromium'], 'a template of the editor in n8n')

/** Tests what people take along from the editor of the service: its workflow, and its templates. */
export function testEditor(fixtures: Fixtures): void {
  const { runOperation, getFirstItem } = fixtures
  describe('what the editor of the service gives', () => {
    /** Imports the editor's workflow, chooses the credential, and runs it; returns the file. */
    const runWorkflow = async (request: Record<string, unknown>, input?: object) => {
      const { n8n, credentialId } = fixtures.env
      const workflow: Workflow = JSON.parse(buildN8nWorkflow(request))
      const [, create] = workflow.nodes
      const credential = { id: credentialId, name: 'Passwright' }
      Object.assign(create ?? {}, { credentials: { passwrightApi: credential } })
      if (input) workflow.pinData = { Start: [{ json: input }] }
      const execution = await n8n.run(await n8n.addWorkflow(workflow), 'Start')
      if (execution.error) throw new Error(JSON.stringify(execution.error))
      const [item] = execution.outputs('Create Pass')[0] ?? []
      return n8n.downloadFile(item ?? { json: {} })
    }
    const runCurl = (request: Record<string, unknown>) =>
      runSnippet('curl', request, { serviceUrl: fixtures.env.service.url, key: fixtures.env.key })

    it('is a workflow that makes the same pass as the curl line', async () => {
      const byCurl = await runCurl(hostileRequest)
      if ('missing' in byCurl) return console.warn(`left out: ${byCurl.missing}`)
      const file = await runWorkflow(hostileRequest)
      expect(await readContent(file)).toEqual(await readContent(byCurl.file))
      expect(listEntries(file)).toEqual(listEntries(byCurl.file))
    })

    it('is a workflow whose inputs are fields of what comes in', async () => {
      const toRequest = (name: string, number: string) => ({
        title: 'Riverside Climbing Club',
        value: `Dear ${name}`,
        barcodeValue: number,
        backFields: [{ key: 'holder', label: 'Holder', value: name }],
      })
      const byCurl = await runCurl(toRequest('Ada {{x}}', 'M-7'))
      if ('missing' in byCurl) return console.warn(`left out: ${byCurl.missing}`)
      const input = { 'club.name': 'Ada {{x}}', number: 'M-7' }
      const file = await runWorkflow(toRequest('{{club.name}}', '{{ number }}'), input)
      expect(await readContent(file)).toEqual(await readContent(byCurl.file))
    })

    it.skipIf(!hasChromium)('is a template that a workflow fills in', async () => {
      const { service, key, n8n } = fixtures.env
      const browser = await openBrowser()
      try {
        const page = await browser.openPage({ width: 1280, height: 900, locale: 'en' })
        await page.goto(service.url)
        await page.getByLabel('Value', { exact: true }).first().fill('Dear {{name}}')
        await page.getByLabel('Barcode Value', { exact: true }).fill('{{number}}')
        await page.locator('#inputs').getByLabel('Sample').first().fill('Ada Example')
        await page.getByLabel('API key').fill(key)
        await page.getByLabel('Template name').fill('From the editor')
        await page.getByRole('button', { name: 'Save as template' }).click()
        await page.getByText('The template is saved: From the editor, 1.').waitFor()
      } finally {
        await browser.close()
      }
      const execution = await runOperation('createFromTemplate', {
        template: { __rl: true, mode: 'name', value: 'From the editor' },
        values: { mappingMode: 'defineBelow', value: { name: 'Grace Example', number: 'M-8' } },
      })
      const item = getFirstItem(execution)
      expect(item.json).toMatchObject({ template: { name: 'From the editor', version: 1 } })
      const content = await readContent(await n8n.downloadFile(item))
      expect(JSON.stringify(content)).toContain('"value":"Dear Grace Example"')
      expect(content.barcodes).toMatchObject([{ message: 'M-8' }])
    })
  })
}
