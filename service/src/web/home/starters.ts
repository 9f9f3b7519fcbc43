import type { TemplateRequest } from '@passwright/shared/schema'
import { samplePass } from './sample.ts'

/** Lists what the editor offers to start from; the first is what it shows. */
export function listStarters(readyTemplates: readonly TemplateRequest[]): TemplateRequest[] {
  return [{ name: 'Member card', pass: { ...samplePass } }, ...readyTemplates]
}
