import { describe, expect, it } from 'vitest'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests the app as a whole. Runs last: it checks which methods the other tests ran, and their results. */
export function testCoverage(env: () => TestEnvironment): void {
  describe('the app', () => {
    it('has a definition that is valid for Zapier', async () => {
      expect(await env().zapier.runCommand('validate')).toEqual([])
    })

    it('has no method that these tests did not run', async () => {
      const definition = await env().zapier.runCommand('definition')
      // The middleware runs with every request.
      const methods = listMethods(definition)
      expect(methods.length).toBeGreaterThan(40)
      expect(methods.filter((method) => !env().zapier.methodsRun.has(method))).toEqual([])
    })

    it('leaks no API key in logs, RPC calls, pointers, results or output', () => {
      const { cloud, results, lambda } = env().zapier
      const output = [...cloud.requests, ...results, lambda.output()].join('\n')
      expect(env().apiKeys.length).toBeGreaterThan(2)
      expect(output).toMatch(/POST \/logs[\s\S]+\/api\/passes/)
      expect(output).toMatch(/POST \/rpc[\s\S]+get_presigned_upload_post_data/)
      expect(output).toContain('"method":"hydrators.downloadPass"')
      for (const key of env().apiKeys) {
        const base64 = Buffer.from(key).toString('base64').slice(4, -4)
        for (const form of [key, base64, encodeURIComponent(key)])
          expect(output).not.toContain(form)
      }
    })
  })
}

/** Lists the paths of all functions in a definition, which core serializes as `$func$…`. */
function listMethods(value: unknown, path: string[] = []): string[] {
  if (typeof value === 'string') {
    const isMethod = value.startsWith('$func$') && path[0] !== 'beforeRequest'
    // All fields of a form are one method, whichever of them are functions.
    const isForm = path.at(-2) === 'inputFields'
    return isMethod ? [(isForm ? path.slice(0, -1) : path).join('.')] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => listMethods(each, [...path, key]))
}
