import { randomBytes, type webcrypto, X509Certificate } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppleCertificates } from '../../../src/apple/certificates/apple-certificates.ts'
import { loadIdentities } from '../../../src/apple/certificates/folder/load.ts'
import type { Identity } from '../../../src/apple/certificates/identity.ts'
import * as x509 from '../../../src/apple/certificates/x509.ts'
import { getKeyPair, getPrivateKeyPem, type KeyName, rsa } from './signing-keys.ts'

/** Apple's certificate authorities, created at run time: a root, and the WWDR intermediate that signs pass certificates. */
export interface TestApple {
  root: X509Certificate
  wwdr: X509Certificate
  /** For loadIdentities, which then accepts these certificates as Apple's. */
  appleCertificates: AppleCertificates
  /** Issues a pass certificate that is valid except for the given options. */
  issue(options?: PassCertificateOptions): Promise<IdentityFiles>
}

export interface PassCertificateOptions {
  passTypeIdentifier?: string
  /** The content of the marker extension if it differs from the UID; null for no extension. */
  marker?: string | null
  /** Null for none; also for the team and the organization. */
  uid?: string | null
  team?: string | null
  organization?: string | null
  /** The common name if it is not `Pass Type ID: …`. */
  commonName?: string
  /** The root instead of the WWDR, or its own key. */
  issuedBy?: 'root' | 'itself'
  /** False: without the identifier of its issuer's key, so only name and signature identify the issuer. */
  authorityKeyIdentifier?: boolean
  /** False: without Apple's extended key usage. */
  signsPasses?: boolean
  notBefore?: Date
  notAfter?: Date
  /** One of the cached keys. */
  key?: KeyName
  /** The key to certify instead, such as that of a signing request. */
  publicKey?: webcrypto.CryptoKey
}

/** The files of an identity's folder, in PEM. */
export interface IdentityFiles {
  certificate: string
  key: string
  chain: string
}

export interface TestAppleOptions {
  /** The OU of the WWDR certificate, its generation. */
  generation?: string
  /** Other keys, so that its certificates do not fit those of another test Apple. */
  keys?: { root: KeyName; wwdr: KeyName }
  wwdrNotAfter?: Date
}

export const TEST_PASS_TYPE_ID = 'pass.com.example.test'
export const TEST_TEAM_ID = 'ABCDE12345'

type Name = Record<string, string[]>[]

const year = 365 * 24 * 60 * 60 * 1000

export async function createTestApple(options: TestAppleOptions = {}): Promise<TestApple> {
  const { generation = 'G4', keys = { root: 'root', wwdr: 'wwdr' }, wwdrNotAfter } = options
  const [rootKeys, wwdrKeys] = await Promise.all([getKeyPair(keys.root), getKeyPair(keys.wwdr)])
  const rootName: Name = [{ CN: ['Test Root CA'] }, { O: ['Test Apple, Inc.'] }, { C: ['US'] }]
  const wwdrName: Name = [
    { CN: ['Test Worldwide Developer Relations Certification Authority'] },
    { OU: [generation] },
    { O: ['Test Apple, Inc.'] },
    { C: ['US'] },
  ]
  const dates = { notBefore: fromNow(-5 * year), notAfter: fromNow(10 * year) }
  const authority = [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
  ]
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...dates,
    serialNumber: createSerialNumber(),
    name: rootName,
    keys: rootKeys,
    signingAlgorithm: rsa,
    extensions: [
      ...authority,
      new x509.BasicConstraintsExtension(true, undefined, true),
      await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  })
  const wwdr = await x509.X509CertificateGenerator.create({
    ...dates,
    ...(wwdrNotAfter === undefined ? {} : { notAfter: wwdrNotAfter }),
    serialNumber: createSerialNumber(),
    subject: wwdrName,
    issuer: rootName,
    publicKey: wwdrKeys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: rsa,
    extensions: [
      ...authority,
      new x509.BasicConstraintsExtension(true, 0, true),
      await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(wwdrKeys.publicKey),
      new x509.Extension('1.2.840.113635.100.6.2.1', false, derNull),
    ],
  })
  const rootCertificate = new X509Certificate(root.toString('pem'))
  const wwdrCertificate = new X509Certificate(wwdr.toString('pem'))
  return {
    root: rootCertificate,
    wwdr: wwdrCertificate,
    appleCertificates: {
      root: rootCertificate,
      bundled: [wwdrCertificate],
      namesByFingerprint: new Map([
        [rootCertificate.fingerprint256, 'Test Root CA'],
        [wwdrCertificate.fingerprint256, `WWDR ${generation}`],
      ]),
    },
    issue: (options = {}) =>
      issueFiles({ wwdrName, wwdrKeys, wwdr, rootName, rootKeys, root }, options),
  }
}

interface Issuer {
  wwdrName: Name
  wwdrKeys: webcrypto.CryptoKeyPair
  wwdr: x509.X509Certificate
  rootName: Name
  rootKeys: webcrypto.CryptoKeyPair
  root: x509.X509Certificate
}

async function issueFiles(issuer: Issuer, options: PassCertificateOptions): Promise<IdentityFiles> {
  const {
    passTypeIdentifier = TEST_PASS_TYPE_ID,
    marker = passTypeIdentifier,
    uid = passTypeIdentifier,
    team = TEST_TEAM_ID,
    organization = 'Example & Söhne GmbH',
    authorityKeyIdentifier = true,
    signsPasses = true,
    commonName = `Pass Type ID: ${passTypeIdentifier}`,
    issuedBy,
    notBefore = fromNow(-year / 12),
    notAfter = fromNow(year),
    key = 'leaf',
    publicKey,
  } = options
  const keys = await getKeyPair(key)
  const purposes = ['1.3.6.1.5.5.7.3.2', ...(signsPasses ? ['1.2.840.113635.100.4.14'] : [])]
  const markerExtension =
    marker === null
      ? []
      : [new x509.Extension('1.2.840.113635.100.6.1.16', false, encodeDerUtf8(marker))]
  const issuerPublicKey = {
    wwdr: issuer.wwdrKeys.publicKey,
    root: issuer.rootKeys.publicKey,
    itself: keys.publicKey,
  }[issuedBy ?? 'wwdr']
  const issuerKey = await x509.AuthorityKeyIdentifierExtension.create(issuerPublicKey)
  const subject: Name = [
    ...toName('0.9.2342.19200300.100.1.1', uid),
    ...toName('CN', commonName),
    ...toName('OU', team),
    ...toName('O', organization),
    ...toName('C', 'US'),
  ]
  const signer = {
    wwdr: { issuer: issuer.wwdrName, signingKey: issuer.wwdrKeys.privateKey },
    root: { issuer: issuer.rootName, signingKey: issuer.rootKeys.privateKey },
    itself: { issuer: subject, signingKey: keys.privateKey },
  }[issuedBy ?? 'wwdr']
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: createSerialNumber(),
    subject,
    ...signer,
    notBefore,
    notAfter,
    publicKey: publicKey ?? keys.publicKey,
    signingAlgorithm: rsa,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...(authorityKeyIdentifier ? [issuerKey] : []),
      await x509.SubjectKeyIdentifierExtension.create(publicKey ?? keys.publicKey),
      new x509.ExtendedKeyUsageExtension(purposes),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.Extension('1.2.840.113635.100.6.3.2', false, derNull),
      ...markerExtension,
    ],
  })
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: await getPrivateKeyPem(key),
    chain: `${issuer.wwdr.toString('pem')}\n${issuer.root.toString('pem')}\n`,
  }
}

/** Writes `<directory>/<folder>/…` without the files that are undefined; returns the path of the folder. */
export async function writeIdentity(
  directory: string,
  folder: string,
  files: Partial<IdentityFiles>,
): Promise<string> {
  const path = join(directory, folder)
  await mkdir(path, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    if (text !== undefined) await writeFile(join(path, `${name}.pem`), text, { mode: 0o600 })
  }
  return path
}

/** Creates an identity as the service loads it, with the test Apple that issued it. */
export async function createTestIdentity(
  options: PassCertificateOptions = {},
): Promise<{ identity: Identity; apple: TestApple }> {
  const apple = await createTestApple()
  const directory = await mkdtemp(join(tmpdir(), 'passwright-identity-'))
  try {
    const folder = options.passTypeIdentifier ?? TEST_PASS_TYPE_ID
    await writeIdentity(directory, folder, await apple.issue(options))
    const loaded = await loadIdentities({
      directory,
      now: new Date(),
      apple: apple.appleCertificates,
    })
    const [identity] = loaded.identities
    if (identity === undefined) throw new Error('The test identity did not load')
    return { identity, apple }
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Returns the time this many milliseconds from now, in whole seconds. */
export function fromNow(milliseconds: number): Date {
  return new Date(Math.floor((Date.now() + milliseconds) / 1000) * 1000)
}

function toName(type: string, value: string | null): Name {
  return value === null ? [] : [{ [type]: [value] }]
}

function createSerialNumber(): string {
  return `4${randomBytes(16).toString('hex').slice(1)}`
}

const derNull = new Uint8Array([5, 0])

function encodeDerUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text)
  return new Uint8Array([12, bytes.length, ...bytes])
}
