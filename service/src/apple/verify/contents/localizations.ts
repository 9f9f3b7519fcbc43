import type { PassFiles } from '../archive/archive.ts'
import { createFinding, type Finding, findIf } from '../report/findings.ts'
import { toImageFile } from './images.ts'
import { parseStrings } from './strings-file.ts'

const otherFiles = ['pass.json', 'manifest.json', 'signature', 'personalization.json']

/** Verifies the localizations of a pass: their folders, their texts, and that no other file is there. */
export function verifyLocalizations(files: PassFiles): Finding[] {
  const folders = new Set(
    [...files.keys()].flatMap((path) => /^([^/]+\.lproj)\//.exec(path)?.[1] ?? []),
  )
  return [
    ...[...folders].flatMap((folder) =>
      findIf(
        !isLanguage(folder.slice(0, -'.lproj'.length)),
        'localization_folder',
        folder,
        `${folder} is not named for a language.`,
      ),
    ),
    ...[...files].flatMap(([path, content]) => verifyFile(path, content)),
  ]
}

const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })

/** BCP 47 as Apple writes it, also with an underscore; `Base` holds what belongs to no language. */
function isLanguage(name: string): boolean {
  if (name === 'Base') return true
  if (!/^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i.test(name)) return false
  try {
    return languages.of(name.replaceAll('_', '-')) !== undefined
  } catch {
    return false
  }
}

function verifyFile(path: string, content: Buffer): Finding[] {
  const isLocalized = /^[^/]+\.lproj\/[^/]+$/.test(path)
  if (/(?:^|\/)pass\.strings$/.test(path)) {
    return isLocalized
      ? verifyStrings(path, content)
      : [createFinding('strings_misplaced', path, `${path} is not in the folder of a language.`)]
  }
  const isKnown = otherFiles.includes(path) || toImageFile(path, content).length > 0
  return findIf(!isKnown, 'file_stray', path, `${path} has no use in a pass.`)
}

function verifyStrings(path: string, content: Buffer): Finding[] {
  const parsed = parseStrings(content)
  if ('error' in parsed) {
    return [createFinding('strings_unreadable', path, `${path} ${parsed.error}.`)]
  }
  const seen = new Set<string>()
  return parsed.entries.flatMap(([text]) => {
    const isTwice = seen.has(text)
    seen.add(text)
    const shown = JSON.stringify(text.slice(0, 64))
    return findIf(isTwice, 'strings_duplicate', path, `${path} translates ${shown} twice.`)
  })
}
