import { describe, expect, it } from 'vitest'
import { buildZapierInputs } from '../../../service/src/web/editor/browser/snippets/zapier-fields.ts'
import { hostileRequest } from '../../../service/test/support/web/editor-passes.ts'
import { readContent, runSnippet } from '../../../service/test/support/web/run-snippet.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests what people take along from the editor of the service into a Zap. */
export function testEditorFields(env: () => TestEnvironment): void {
  describe('the fields that the editor of the service lists', () => {
    it('make the same pass as the curl line', async () => {
      const { zapier, service, connection } = env()
      const options = { serviceUrl: service.url, key: connection.apiKey }
      const byCurl = await runSnippet('curl', hostileRequest, options)
      if ('missing' in byCurl) return console.warn(`left out: ${byCurl.missing}`)
      const inputs = buildZapierInputs(hostileRequest).map(({ key, value }) => [key, value])
      const pass = await zapier.runCreate('create_pass', Object.fromEntries(inputs))
      const { bytes } = await zapier.hydrate(pass.file)
      expect(await readContent(bytes)).toEqual(await readContent(byCurl.file))
    })
  })
}
