import { isObject } from '@passwright/shared'
import type { PassSpec } from '@passwright/shared/schema'
import { buildPassJson } from './pass-json.ts'
import { type PassFile, toPassFile } from './signing/archive.ts'
import type { Warning } from './warnings.ts'

/**
 * Builds the `<language>.lproj/pass.strings` files of a spec, in UTF-8. They begin with a quotation
 * mark, by which readers tell UTF-8 from UTF-16.
 * https://developer.apple.com/documentation/walletpasses/creating-the-source-for-a-pass
 */
export function buildLocalizations({ localizations = {} }: PassSpec): PassFile[] {
  return Object.entries(localizations).flatMap(([language, strings]) => {
    const lines = Object.entries(strings).map(
      ([text, translation]) => `"${escapeText(text)}" = "${escapeText(translation)}";\n`,
    )
    if (lines.length === 0) return []
    return [toPassFile(`${language}.lproj/pass.strings`, Buffer.from(lines.join('')))]
  })
}

const escapes: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function escapeText(text: string): string {
  return text.replace(/[\\"\n\r\t]/g, (character) => escapes[character] ?? character)
}

const nobody = {
  serialNumber: '',
  passTypeIdentifier: '',
  teamIdentifier: '',
  organizationName: '',
  voided: false,
}

/** Finds translations of texts that the pass does not have. */
export function findLocalizationWarnings(spec: PassSpec): Warning[] {
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
