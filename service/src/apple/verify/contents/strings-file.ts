import { decodeUtf8 } from '../archive/zip.ts'

/** The translations in a `pass.strings`, in order; an error is the rest of a sentence. */
export type ParsedStrings = { entries: [text: string, translation: string][] } | { error: string }

const quoted = String.raw`"(?:[^"\\]|\\[\s\S])*"`
const word = String.raw`[\w.$-]+`
const blank = String.raw`(?:\s|//[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)*`
const entryPattern = new RegExp(
  `${blank}(?:(${quoted}|${word})${blank}=${blank}(${quoted}|${word})${blank};)?`,
  'y',
)

/**
 * Parses the strings file of a language: `"Member" = "Mitglied";` in UTF-8 or UTF-16, with comments.
 * https://developer.apple.com/library/archive/documentation/Cocoa/Conceptual/LoadingResources/Strings/Strings.html
 */
export function parseStrings(bytes: Buffer): ParsedStrings {
  const text = decodeText(bytes)
  if (text === undefined) return { error: 'is neither UTF-8 nor UTF-16' }
  const entries: [string, string][] = []
  let at = 0
  while (at < text.length) {
    entryPattern.lastIndex = at
    const [match = '', key, value] = entryPattern.exec(text) ?? []
    at += match.length
    if (key !== undefined && value !== undefined) entries.push([unquote(key), unquote(value)])
    else if (at < text.length) {
      return { error: `has no "text" = "translation"; in line ${countLines(text, at)}` }
    }
  }
  return { entries }
}

function countLines(text: string, end: number): number {
  return text.slice(0, end).split('\n').length
}

function decodeText(bytes: Buffer): string | undefined {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decodeUtf16(bytes, 'utf-16le')
  if (first === 0xfe && second === 0xff) return decodeUtf16(bytes, 'utf-16be')
  const text = decodeUtf8(bytes)?.replace(/^\ufeff/, '')
  return text?.includes('\0') ? undefined : text
}

function decodeUtf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

function unquote(token: string): string {
  if (!token.startsWith('"')) return token
  return token
    .slice(1, -1)
    .replace(/\\U([0-9a-f]{4})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replace(/\\([\s\S])/g, (_, character: string) => escapes[character] ?? character)
}
