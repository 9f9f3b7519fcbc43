import type { PassSpec } from '@passwright/shared/schema'
import { type PassFile, toPassFile } from './signing/archive.ts'

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
