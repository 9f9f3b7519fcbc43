import { KeyObject, randomUUID, webcrypto } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPrivateFolder } from '../../../private-files.ts'
import { passCertificateOids as oids } from '../pass-certificate.ts'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CertificatePolicyExtension,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '../x509.ts'
import { findIdentityFolders } from './files.ts'

/** The Pass Type ID of the development identity. */
export const DEVELOPMENT_PASS_TYPE_ID = 'pass.dev.passwright'

/** The common name of its root. */
export const DEVELOPMENT_ROOT_NAME = 'Passwright Development Root (not Apple)'

// Ten characters, like Apple's team identifiers.
const team = 'PASSWRIGHT'
const organization = 'Passwright Development (not Apple)'
const validityYears = 10

/**
 * Creates a development identity, with a root and an intermediate of our own in place of Apple's,
 * when the folder has no identity at all. When several processes do so at once, the first to rename
 * its folder wins and the others use that one.
 */
export async function ensureDevelopmentIdentity(directory: string, now: Date): Promise<void> {
  const folders = await findIdentityFolders(directory)
  // loadIdentities reports a folder that cannot be read, together with all other errors.
  if ('error' in folders || folders.found.length > 0) return

  const files = await createDevelopmentFiles(now)
  const target = join(directory, DEVELOPMENT_PASS_TYPE_ID)
  const draft = join(directory, `.development-${randomUUID()}`)
  createPrivateFolder(directory)
  await mkdir(draft, { mode: 0o700 })
  try {
    await writeFile(join(draft, 'key.pem'), files.key, { mode: 0o600 })
    await writeFile(join(draft, 'certificate.pem'), files.certificate, { mode: 0o600 })
    await writeFile(join(draft, 'chain.pem'), files.chain, { mode: 0o600 })
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const existsNow = await stat(target).then(
      () => true,
      () => false,
    )
    if (!existsNow) throw error
  }
}

async function createDevelopmentFiles(now: Date) {
  const [root, intermediate, leaf] = await Promise.all([
    generateKeys(),
    generateKeys(),
    generateKeys(),
  ])
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(now.getUTCFullYear() + validityYears)
  // A day earlier, for machines whose clock is slow.
  const notBefore = new Date(now.getTime() - 24 * 60 * 60 * 1000)
  const rootName = buildAuthorityName(DEVELOPMENT_ROOT_NAME)
  const intermediateName = buildAuthorityName('Passwright Development WWDR (not Apple)', 'G4')
  const passName: Record<string, string[]>[] = [
    { [oids.uid]: [DEVELOPMENT_PASS_TYPE_ID] },
    { CN: [`Pass Type ID: ${DEVELOPMENT_PASS_TYPE_ID}`] },
    { OU: [team] },
    { O: [organization] },
    { C: ['US'] },
  ]
  const common = { notBefore, notAfter, signingAlgorithm: algorithm }

  const rootCertificate = await X509CertificateGenerator.createSelfSigned({
    ...common,
    serialNumber: generateSerialNumber(),
    name: rootName,
    keys: root,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(root.publicKey),
    ],
  })
  const intermediateCertificate = await X509CertificateGenerator.create({
    ...common,
    serialNumber: generateSerialNumber(),
    subject: intermediateName,
    issuer: rootName,
    publicKey: intermediate.publicKey,
    signingKey: root.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await AuthorityKeyIdentifierExtension.create(root.publicKey),
      await SubjectKeyIdentifierExtension.create(intermediate.publicKey),
      new Extension(oids.intermediateMarker, false, derNull),
    ],
  })
  const certificate = await X509CertificateGenerator.create({
    ...common,
    serialNumber: generateSerialNumber(),
    subject: passName,
    issuer: intermediateName,
    publicKey: leaf.publicKey,
    signingKey: intermediate.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      await AuthorityKeyIdentifierExtension.create(intermediate.publicKey),
      await SubjectKeyIdentifierExtension.create(leaf.publicKey),
      new CertificatePolicyExtension([oids.policy]),
      new ExtendedKeyUsageExtension([clientAuthentication, oids.passSigning]),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new Extension(oids.apnsProduction, false, derNull),
      new Extension(oids.passTypeMarker, false, encodeUtf8String(DEVELOPMENT_PASS_TYPE_ID)),
    ],
  })
  return {
    key: KeyObject.from(leaf.privateKey).export({
      type: 'pkcs8',
      format: 'pem',
    }),
    certificate: `${certificate.toString('pem')}\n`,
    chain: `${intermediateCertificate.toString('pem')}\n${rootCertificate.toString('pem')}\n`,
  }
}

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}
const clientAuthentication = '1.3.6.1.5.5.7.3.2'
const derNull = new Uint8Array([5, 0])

function generateKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function buildAuthorityName(name: string, generation?: string): Record<string, string[]>[] {
  const unit = generation === undefined ? [] : [{ OU: [generation] }]
  return [{ CN: [name] }, ...unit, { O: [organization] }, { C: ['US'] }]
}

// 16 random bytes; the first is 0x4_, so that DER encodes a positive number without padding.
function generateSerialNumber(): string {
  return `4${randomUUID().replaceAll('-', '').slice(1)}`
}

function encodeUtf8String(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text)
  return new Uint8Array([12, bytes.length, ...bytes])
}
