import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Locale, locales } from '@passwright/shared/schema'
import { ConfigError } from '../../config-error.ts'
import { findClosestMatch } from '../../text/closest-match.ts'
import { type Badge, badgeAlts, badges, googleBadgeAlts } from './badge.ts'
import { builtInMessages, type EmailMessages } from './messages.ts'
import { parseBadge, type ReportError } from './theme-badge.ts'
import { parseMessages } from './theme-messages.ts'

/** What emails and share pages are rendered with: the texts and the badges of each language. */
export interface EmailTheme {
  messages: Record<Locale, EmailMessages>
  badges: Record<Locale, Badge>
  /** Google's official button, where the operator has put it there: nobody else may draw one. */
  googleBadges: { [L in Locale]?: Badge | undefined }
}

/** The files of an operator's theme; all are optional. */
const fileNames = locales.flatMap((locale) => [
  `${locale}.json`,
  `badge-${locale}.png`,
  `badge-${locale}.svg`,
  `google-badge-${locale}.png`,
  `google-badge-${locale}.svg`,
])

const MAX_FILE_BYTES = 1024 * 1024

/**
 * Loads the operator's theme from the folder MAIL_TEMPLATES; what it does not contain is built in.
 * Throws a `ConfigError` with every error in it.
 */
export async function loadEmailTheme(folder: string | undefined): Promise<EmailTheme> {
  const builtIn: EmailTheme = { messages: builtInMessages, badges, googleBadges: {} }
  if (folder === undefined) return builtIn
  const errors: string[] = []
  const files = await readFiles(folder, errors)
  const reportErrorIn =
    (file: string): ReportError =>
    (error) =>
      void errors.push(`${join(folder, file)} ${error}`)

  const loadMessages = (locale: Locale): EmailMessages => {
    const file = `${locale}.json`
    const bytes = files.get(file)
    const messages = bytes ? parseMessages(bytes, reportErrorIn(file)) : {}
    return { ...builtIn.messages[locale], ...messages }
  }
  const loadBadge = (name: string, alt: string): Badge | undefined => {
    const [png, svg] = [`${name}.png`, `${name}.svg`]
    const badge = parseBadge(
      { bytes: files.get(png), reportError: reportErrorIn(png) },
      { bytes: files.get(svg), reportError: reportErrorIn(svg) },
    )
    return badge && { ...badge, alt }
  }
  const loadAppleBadge = (locale: Locale): Badge =>
    loadBadge(`badge-${locale}`, badgeAlts[locale]) ?? builtIn.badges[locale]
  const loadGoogleBadge = (locale: Locale): Badge | undefined =>
    loadBadge(`google-badge-${locale}`, googleBadgeAlts[locale])
  const theme = {
    messages: { en: loadMessages('en'), de: loadMessages('de') },
    badges: { en: loadAppleBadge('en'), de: loadAppleBadge('de') },
    googleBadges: { en: loadGoogleBadge('en'), de: loadGoogleBadge('de') },
  }
  if (errors.length > 0) throw new ConfigError(errors)
  return theme
}

async function readFiles(folder: string, errors: string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const file of await listFiles(folder, errors)) {
    const path = join(folder, file)
    if (!fileNames.includes(file)) {
      const suggestion = findClosestMatch(file, fileNames)
      const hint = suggestion ? `rename it to ${suggestion}, or ` : ''
      errors.push(
        `${path} is not one of the theme's files (${fileNames.join(', ')}); ${hint}move it elsewhere`,
      )
      continue
    }
    try {
      const { size } = await stat(path)
      if (size > MAX_FILE_BYTES) errors.push(`${path} is larger than 1 MB; make it smaller`)
      else files.set(file, await readFile(path))
    } catch (error) {
      errors.push(
        `${path} cannot be read (${getErrorCode(error)}); make it readable for this service`,
      )
    }
  }
  return files
}

/** Lists what looks like a file of the theme; a README and hidden files are ignored. */
async function listFiles(folder: string, errors: string[]): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => !name.startsWith('.') && /^(?:google-)?badge|\.(json|png|svg)$/i.test(name))
      .sort()
  } catch (error) {
    const code = getErrorCode(error)
    const fixes: Record<string, string> = {
      ENOENT: 'does not exist; create the folder, or remove MAIL_TEMPLATES',
      ENOTDIR: 'is not a folder; set MAIL_TEMPLATES to the folder that contains the files',
    }
    const fix = fixes[code] ?? `cannot be read (${code}); make it readable for this service`
    errors.push(`${folder} ${fix}`)
    return []
  }
}

function getErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
