import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Locale, locales } from '@passwright/shared/schema'
import { findClosestMatch } from '../../text/closest-match.ts'
import { type Badge, badges } from '../../web/badge.ts'
import { builtInMessages, type EmailMessages } from './messages.ts'
import { readBadge } from './theme-badge.ts'
import { readMessages } from './theme-messages.ts'

/** What letters are written with: the words and the badge of each language. */
export interface EmailTheme {
  messages: Record<Locale, EmailMessages>
  badges: Record<Locale, Badge>
}

/** Every mistake of the folder MAIL_TEMPLATES, each a line that names the file and the fix. */
export class ThemeError extends Error {
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(`${mistakes.length} mistake(s) in MAIL_TEMPLATES:\n${mistakes.join('\n')}`)
    this.name = 'StationeryError'
    this.mistakes = mistakes
  }
}

/** A file of the operator's that is ours to read. */
const fileNames = locales.flatMap((locale) => [
  `${locale}.json`,
  `badge-${locale}.png`,
  `badge-${locale}.svg`,
])

const LARGEST_FILE = 1024 * 1024

/** Reads the operator's folder over what is built in; throws a `StationeryError` with every mistake. */
export async function loadEmailTheme(folder: string | undefined): Promise<EmailTheme> {
  const builtIn: EmailTheme = { messages: builtInMessages, badges }
  if (folder === undefined) return builtIn
  const mistakes: string[] = []
  const files = await readFiles(folder, mistakes)
  const told = (file: string) => (mistake: string) =>
    void mistakes.push(`${join(folder, file)} ${mistake}`)

  const messagesIn = (locale: Locale): EmailMessages => {
    const file = `${locale}.json`
    const bytes = files.get(file)
    const own = bytes ? readMessages(bytes, told(file)) : {}
    return { ...builtIn.messages[locale], ...own }
  }
  const badgeIn = (locale: Locale): Badge => {
    const [png, svg] = [`badge-${locale}.png`, `badge-${locale}.svg`]
    const own = readBadge(
      { bytes: files.get(png), told: told(png) },
      { bytes: files.get(svg), told: told(svg) },
    )
    return own ? { ...own, alt: builtIn.badges[locale].alt } : builtIn.badges[locale]
  }
  const stationery = {
    messages: { en: messagesIn('en'), de: messagesIn('de') },
    badges: { en: badgeIn('en'), de: badgeIn('de') },
  }
  if (mistakes.length > 0) throw new ThemeError(mistakes)
  return stationery
}

async function readFiles(folder: string, mistakes: string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const file of await listed(folder, mistakes)) {
    const path = join(folder, file)
    if (!fileNames.includes(file)) {
      const meant = findClosestMatch(file, fileNames)
      const hint = meant ? `rename it to ${meant}, or ` : ''
      mistakes.push(
        `${path} is none of the files that are read (${fileNames.join(', ')}); ${hint}move it elsewhere`,
      )
      continue
    }
    try {
      const { size } = await stat(path)
      if (size > LARGEST_FILE) mistakes.push(`${path} is larger than 1 MB; make it smaller`)
      else files.set(file, await readFile(path))
    } catch (error) {
      mistakes.push(`${path} cannot be read (${codeOf(error)}); allow it for our user`)
    }
  }
  return files
}

/** The files that are meant for us; a README or hidden files may lie beside them. */
async function listed(folder: string, mistakes: string[]): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => !name.startsWith('.') && /^badge|\.(json|png|svg)$/i.test(name))
      .sort()
  } catch (error) {
    const code = codeOf(error)
    const fixes: Record<string, string> = {
      ENOENT: 'is not there; make the folder, or take MAIL_TEMPLATES out',
      ENOTDIR: 'is no folder; MAIL_TEMPLATES names the folder that holds the files',
    }
    const fix = fixes[code] ?? `cannot be read (${code}); allow it for our user`
    mistakes.push(`${folder} ${fix}`)
    return []
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
