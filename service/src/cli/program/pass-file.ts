import { open } from 'node:fs/promises'
import { toSingleLine } from '../../text/plain-text.ts'
import { CommandError } from './command.ts'

/** Larger files are no passes: Apple lets a bundle of ten have 150 MB. */
const MAX_BYTES = 150_000_000

/** Reads a file that should be a pass; throws a `CommandError` when it cannot be read or is enormous. */
export async function readPassFile(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r')
    try {
      const stats = await file.stat()
      if (!stats.isFile())
        throw new CommandError(`${toPlain(path)} is no file; name a .pkpass file`)
      if (stats.size > MAX_BYTES) {
        throw new CommandError(
          `${toPlain(path)} has ${Math.round(stats.size / 1e6)} MB; a pass has 150 MB at most`,
        )
      }
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw new CommandError(`${toPlain(path)} ${explainReadError(error)}`)
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist; is the path right?',
  EACCES: 'may not be read by you; change its permissions',
  EPERM: 'may not be read by you; change its permissions',
  ENOTDIR: 'does not exist; is the path right?',
}

function explainReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? `cannot be read (${code || 'unknown error'})`
}

/** A text from a stranger's file for a terminal: in one line, without escape sequences. */
export function toPlain(text: string): string {
  return toSingleLine(text)
}
