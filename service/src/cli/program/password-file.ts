import { open } from 'node:fs/promises'
import { CommandError } from './command.ts'

const MAX_BYTES = 10_000

/** Reads a password from the first line of a file. */
export async function readPasswordFile(path: string): Promise<string> {
  const text = await readStart(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    throw new CommandError(`The password file ${path} cannot be read${code}; check the path.`)
  })
  return text.replace(/^\ufeff/, '').split(/\r?\n/)[0] ?? ''
}

async function readStart(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES))
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
