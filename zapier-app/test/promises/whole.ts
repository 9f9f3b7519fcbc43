import { describe, expect, it } from 'vitest'
import type { Workshop } from '../workshop.ts'

/** What holds for all of it; comes last, since it looks back at everything that was run. */
export function wholePromises(shop: () => Workshop): void {
  describe('the whole', () => {
    it('is a definition that Zapier accepts', async () => {
      expect(await shop().zapier.command('validate')).toEqual([])
    })

    it('ran every method that there is', async () => {
      const definition = await shop().zapier.command('definition')
      // The middleware runs with every request.
      expect([...shop().zapier.ran].sort()).toEqual(methodsIn(definition).sort())
    })

    it('shows no key in any log line, call, pointer, answer or output', () => {
      const { cloud, told, lambda } = shop().zapier
      const shown = [...cloud.heard, ...told, lambda.output()].join('\n')
      expect(shop().keys.length).toBeGreaterThan(2)
      expect(shown).toMatch(/POST \/logs[\s\S]+\/api\/passes/)
      expect(shown).toMatch(/POST \/rpc[\s\S]+get_presigned_upload_post_data/)
      expect(shown).toContain('"method":"hydrators.downloadPass"')
      for (const key of shop().keys) {
        const middle = Buffer.from(key).toString('base64').slice(4, -4)
        for (const trace of [key, middle, encodeURIComponent(key)])
          expect(shown).not.toContain(trace)
      }
    })
  })
}

/** Every function of a definition, by its path; core writes each as `$func$…`. */
function methodsIn(value: unknown, path: string[] = []): string[] {
  if (typeof value === 'string') {
    const isMethod = value.startsWith('$func$') && path[0] !== 'beforeRequest'
    return isMethod ? [path.join('.')] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => methodsIn(each, [...path, key]))
}
