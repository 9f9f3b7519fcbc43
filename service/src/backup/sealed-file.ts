import { createReadStream, createWriteStream } from 'node:fs'
import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { Decrypter, Encrypter } from 'age-encryption'
import { create, extract } from 'tar'
import { BackupError } from './backup-error.ts'

/** 2^17: half a second and 128 MB for each guess at the passphrase, and for us. */
const SCRYPT_WORK_FACTOR = 17

const AGE_HEADER = 'age-encryption.org/v1\n'

/**
 * Writes the files of a folder into one file that only the passphrase opens: a tar archive in the age
 * format (age-encryption.org), so that `age --decrypt` and `tar` open it too. The file appears when it
 * is complete; throws a `BackupError` if there is one already.
 */
export async function sealFolder(folder: string, file: string, passphrase: string): Promise<void> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(SCRYPT_WORK_FACTOR)
  const archive = Readable.from(create({ cwd: folder, portable: true, strict: true }, ['.']))
  const sealed = await encrypter.encrypt(toWebStream(archive))
  const draft = `${file}.part`
  await rm(draft, { force: true })
  try {
    const output = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(Readable.fromWeb(sealed as ReadableStream), output)
    // Unlike a rename, a link replaces no file that came meanwhile.
    await link(draft, file)
    await syncFolder(dirname(file))
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Opens a sealed file into an empty folder, after reading it to its end once: throws a `BackupError` and
 * writes nothing if it is no sealed file, is damaged or ends early, or if the passphrase is another.
 */
export async function openSealedFile(
  file: string,
  folder: string,
  passphrase: string,
): Promise<void> {
  if ((await readStart(file)) !== AGE_HEADER) {
    throw new BackupError(`${file} is no backup of Passwright.`)
  }
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    await pipeline(await decrypt(file, passphrase), nowhere)
    const unpack = extract({ cwd: folder, strict: true, preserveOwner: false })
    await pipeline(await decrypt(file, passphrase), unpack)
  } catch (error) {
    throw explain(file, error)
  }
}

async function decrypt(file: string, passphrase: string): Promise<Readable> {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  const decrypted = await decrypter.decrypt(toWebStream(createReadStream(file)))
  return Readable.fromWeb(decrypted as ReadableStream)
}

function toWebStream(stream: Readable): globalThis.ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as globalThis.ReadableStream<Uint8Array>
}

async function readStart(path: string): Promise<string> {
  const file = await open(path).catch(() => {
    throw new BackupError(`${path} does not exist, or may not be read by you.`)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(AGE_HEADER.length), 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** A full disk is not the file's fault. */
function explain(file: string, error: unknown): unknown {
  if (error instanceof Error && 'code' in error && 'syscall' in error) return error
  const isRefused = error instanceof Error && /^no identity matched/.test(error.message)
  return new BackupError(
    isRefused
      ? `The passphrase does not open ${file}. Is it the one of this backup?`
      : `${file} is damaged or incomplete. Use another backup.`,
    { cause: error },
  )
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and needs not.
  const folder = await open(path).catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}
