import { isObject } from '@passwright/shared'
import type { PassSpec } from '@passwright/shared/schema'
import { buildPassJson } from '../pass-json.ts'
import type { Warning } from './warnings.ts'

const nobody = {
  serialNumber: '',
  passTypeIdentifier: '',
  teamIdentifier: '',
  organizationName: '',
  voided: false,
}

/** Finds translations of texts that the pass does not have. */
export function findUnusedTranslations(spec: PassSpec): Warning[] {
  if (spec.localizations === undefined) return []
  const texts = new Set<string>()
  collectTexts(buildPassJson(spec, nobody), texts)
  return Object.entries(spec.localizations).flatMap(([language, strings]) =>
    Object.keys(strings)
      .filter((text) => !texts.has(text))
      .map((text) => ({
        path: `localizations.${language}`,
        message: `translates "${text.slice(0, 60)}", which is no text of the pass; write it as the pass has it, letter for letter`,
      })),
  )
}

function collectTexts(value: unknown, texts: Set<string>): void {
  if (typeof value === 'string') texts.add(value)
  else if (Array.isArray(value)) for (const each of value) collectTexts(each, texts)
  else if (isObject(value)) for (const each of Object.values(value)) collectTexts(each, texts)
}
