import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFolder } from '../../../private-files.ts'
import { findPrivateKeyBlocks } from '../private-key.ts'
import { createFolder, removeOldDrafts, replaceFile } from './atomic-files.ts'

/** The files of an identity, in PEM. */
export interface IdentityPems {
  certificate: string
  key: string
  chain: string
}

/** A change of one file, or of a whole folder, that happens entirely or not at all. */
export type WriteStep = () => Promise<void>

/** Writes an identity into the certificates folder, or replaces it. */
export async function writeIdentity(
  directory: string,
  passTypeIdentifier: string,
  pems: IdentityPems,
): Promise<void> {
  createPrivateFolder(directory)
  await removeOldDrafts(directory)
  const steps = await planIdentityWrite(directory, passTypeIdentifier, pems)
  for (const step of steps) await step()
}

/**
 * Plans the write of an identity so that there is a whole one after each step, whatever ends the
 * process between two. A new one is a folder that is renamed. In one that is there, `key.pem` and
 * `chain.pem` hold what belongs to the old and the new certificate while `certificate.pem` changes.
 */
export async function planIdentityWrite(
  directory: string,
  passTypeIdentifier: string,
  { certificate, key, chain }: IdentityPems,
): Promise<WriteStep[]> {
  const folder = join(directory, passTypeIdentifier)
  const write = (name: string, text: string) => () => replaceFile(join(folder, name), text)
  const old = await readOldFiles(folder)
  if (old === undefined) {
    const files = { 'key.pem': key, 'chain.pem': chain, 'certificate.pem': certificate }
    return [() => createFolder(directory, folder, files)]
  }
  return [
    write('key.pem', [...old.keys, key].join('\n')),
    write('chain.pem', [...old.chain, chain].join('\n')),
    write('certificate.pem', certificate),
    write('key.pem', key),
    write('chain.pem', chain),
  ]
}

/** Whether a folder holds this certificate with a key of its own: false after a clash of imports. */
export async function isWholeIdentity(
  directory: string,
  passTypeIdentifier: string,
  { certificate, key }: IdentityPems,
): Promise<boolean> {
  const folder = join(directory, passTypeIdentifier)
  const [written, writtenKey] = await Promise.all(
    ['certificate.pem', 'key.pem'].map((name) => readFile(join(folder, name), 'utf8')),
  )
  return written === certificate && writtenKey?.includes(key.trim()) === true
}

async function readOldFiles(folder: string) {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  if (!isThere) return undefined
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '')
  const chain = (await read('chain.pem')).match(certificateBlock) ?? []
  return { keys: findPrivateKeyBlocks(await read('key.pem')), chain: chain.filter(isReadable) }
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
