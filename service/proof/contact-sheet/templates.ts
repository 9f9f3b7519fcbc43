import { fillBody } from '../../src/templates/filling/fill.ts'
import { buildSampleValues } from '../../src/templates/filling/samples.ts'
import { listReadyTemplates, readReadyTemplate } from '../../src/templates/ready.ts'
import { resolveTemplate } from '../../src/templates/templates.ts'
import type { SheetPass } from './passes.ts'

/** Makes the requests of all ready templates, filled with their samples. */
export async function createTemplatePasses(): Promise<SheetPass[]> {
  const names = await listReadyTemplates()
  return Promise.all(
    names.map(async (name) => {
      const { pass, inputs } = resolveTemplate(await readReadyTemplate(name))
      return { ...fillBody(pass, buildSampleValues(pass, inputs)).body, name }
    }),
  )
}
