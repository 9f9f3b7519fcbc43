import { KeyObject, randomUUID, webcrypto } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findIdentityFolders } from './files.ts'
import { passCertificateOids as oids } from './pass-certificate.ts'
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
} from './x509.ts'

/** The pass type of the development identity. */
export const DEVELOPMENT_PASS_TYPE_ID = 'pass.dev.passwright'

// Ten characters, as Apple's team identifiers have.
const team = 'PASSWRIGHT'
const organization = 'Passwright Development (not Apple)'
const years = 10

/**
 * Makes an Apple of our own and a pass certificate of it, when the folder holds no identity at
 * all. Several processes may do so at once: whoever renames first wins, the others take that one.
 */
export async function ensureDevelopmentIdentity(directory: string, now: Date): Promise<void> {
  const folders = await findIdentityFolders(directory)
  // What cannot be read is for loadIdentities to tell, with everything else that is wrong.
  if ('mistake' in folders || folders.found.length > 0) return

  const files = await makeDevelopmentFiles(now)
  const target = join(directory, DEVELOPMENT_PASS_TYPE_ID)
  const draft = join(directory, `.development-${randomUUID()}`)
  await mkdir(directory, { recursive: true })
  await mkdir(draft, { mode: 0o700 })
  try {
    await writeFile(join(draft, 'key.pem'), files.key, { mode: 0o600 })
    await writeFile(join(draft, 'certificate.pem'), files.certificate)
    await writeFile(join(draft, 'chain.pem'), files.chain)
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const otherWasFirst = await stat(target).then(
      () => true,
      () => false,
    )
    if (!otherWasFirst) throw error
  }
}

async function makeDevelopmentFiles(now: Date) {
  const [root, intermediate, leaf] = await Promise.all([makeKeys(), makeKeys(), makeKeys()])
  const notAfter = new Date(now)
  notAfter.setUTCFullYear(now.getUTCFullYear() + years)
  // A day of grace, for the clocks of the machines that look at it.
  const notBefore = new Date(now.getTime() - 24 * 60 * 60 * 1000)
  const rootName = authorityName('Passwright Development Root (not Apple)')
  const intermediateName = authorityName('Passwright Development WWDR (not Apple)', 'G4')
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
    serialNumber: serialNumber(),
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
    serialNumber: serialNumber(),
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
    serialNumber: serialNumber(),
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
      new Extension(oids.passTypeMarker, false, derUtf8(DEVELOPMENT_PASS_TYPE_ID)),
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

function makeKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

function authorityName(name: string, generation?: string): Record<string, string[]>[] {
  const unit = generation === undefined ? [] : [{ OU: [generation] }]
  return [{ CN: [name] }, ...unit, { O: [organization] }, { C: ['US'] }]
}

// Sixteen random bytes, the first one such that the number is positive and not shortened.
function serialNumber(): string {
  return `4${randomUUID().replaceAll('-', '').slice(1)}`
}

function derUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text)
  return new Uint8Array([12, bytes.length, ...bytes])
}
