import { createPrivateKey, createPublicKey, KeyObject, webcrypto } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ConfigError } from '../../../config-error.ts'
import { createPrivateFolder } from '../../../private-files.ts'
import { Pkcs10CertificateRequestGenerator } from '../x509.ts'
import { createFolder, giveToOwnerOf, replaceFile } from './atomic-files.ts'

/** A request for a certificate, waiting for Apple to issue it. */
export interface CertificateRequest {
  passTypeIdentifier: string
  folder: string
  keyFile: string
  /** The file to upload to Apple. */
  csrFile: string
}

export interface RequestOptions {
  /** The certificates folder. */
  directory: string
  passTypeIdentifier: string
  /** Of the person who asks; Apple puts it nowhere in the certificate. */
  email: string
}

/** The folder for keys whose certificate is still to come, inside the certificates folder. */
const REQUESTS_FOLDER = 'requests'

/**
 * Creates a private key and the signing request (CSR) for it. A key that is there already is kept:
 * Apple may be issuing its certificate. `isNew` says which.
 */
export async function createRequest(
  options: RequestOptions,
): Promise<CertificateRequest & { isNew: boolean }> {
  const { directory, passTypeIdentifier } = options
  const request = toRequest(directory, passTypeIdentifier)
  createPrivateFolder(join(directory, REQUESTS_FOLDER))
  await giveToOwnerOf(directory, join(directory, REQUESTS_FOLDER))
  const isNew = await createKeyFolder(directory, request, options)
  if (!isNew) {
    const key = readKey(request.keyFile, await readFile(request.keyFile))
    await replaceFile(request.csrFile, await createCsr(key, options))
  }
  return { ...request, isNew }
}

/** The requests that wait for a certificate. */
export async function listRequests(directory: string): Promise<CertificateRequest[]> {
  const names = await readdir(join(directory, REQUESTS_FOLDER)).catch(() => [])
  return names
    .filter((name) => name.startsWith('pass.'))
    .sort()
    .map((name) => toRequest(directory, name))
}

/** Removes a request whose key is in an identity now. */
export async function removeRequest(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

function toRequest(directory: string, passTypeIdentifier: string): CertificateRequest {
  const folder = join(directory, REQUESTS_FOLDER, passTypeIdentifier)
  return {
    passTypeIdentifier,
    folder,
    keyFile: join(folder, 'key.pem'),
    csrFile: join(folder, `${passTypeIdentifier}.certSigningRequest`),
  }
}

/** False when there is one: a folder with files is never replaced, so neither is a key. */
async function createKeyFolder(
  directory: string,
  request: CertificateRequest,
  options: RequestOptions,
): Promise<boolean> {
  if (await exists(request.keyFile)) return false
  const key = await generateKey()
  try {
    await createFolder(directory, request.folder, {
      'key.pem': key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      [basename(request.csrFile)]: await createCsr(key, options),
    })
    return true
  } catch (error) {
    if (await exists(request.keyFile)) return false
    throw error
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function readKey(path: string, pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new ConfigError([
      `${path} is damaged; move its folder away, and run the command again for a new key`,
    ])
  }
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}

async function generateKey(): Promise<KeyObject> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  return KeyObject.from(keys.privateKey)
}

async function createCsr(key: KeyObject, { passTypeIdentifier, email }: RequestOptions) {
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: [{ E: [email] }, { CN: [passTypeIdentifier] }, { C: ['US'] }],
    keys: {
      privateKey: key.toCryptoKey(algorithm, true, ['sign']),
      publicKey: createPublicKey(key).toCryptoKey(algorithm, true, ['verify']),
    },
    signingAlgorithm: algorithm,
  })
  return `${csr.toString('pem')}\n`
}
