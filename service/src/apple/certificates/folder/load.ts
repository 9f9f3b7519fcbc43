import type { X509Certificate } from 'node:crypto'
import { basename, join } from 'node:path'
import { ConfigError } from '../../../config-error.ts'
import { type AppleCertificates, appleCertificates as realApple } from '../apple-certificates.ts'
import { findChain, toCommonName } from '../chain.ts'
import type { Identity } from '../identity.ts'
import { type PassCertificateNames, readPassCertificate } from '../pass-certificate.ts'
import { findPrivateKey } from '../private-key.ts'
import { findCertificateWarnings } from '../warnings.ts'
import { DEVELOPMENT_PASS_TYPE_ID } from './development.ts'
import { findIdentityFolders, identityFileNames, readCertificates, readFileBytes } from './files.ts'
import {
  type CertificateFile,
  findImportableFiles,
  findMisplacedFiles,
  toImportCommand,
} from './misplaced-files.ts'

export interface LoadIdentitiesOptions {
  /** Has one folder for each identity: `<pass type id>/certificate.pem`, `key.pem`, `chain.pem`. */
  directory: string
  /** Decrypts encrypted keys. */
  password?: string | undefined
  now: Date
  /** Apple's certificates; tests issue their own. */
  apple?: AppleCertificates
}

/**
 * Loads all signing identities, the real ones oldest first and the development one last, and the
 * warnings about them. Throws a `ConfigError` with all errors of all folders; an expired
 * certificate or a root other than Apple's is a warning, not an error.
 */
export async function loadIdentities(
  options: LoadIdentitiesOptions,
): Promise<{ identities: Identity[]; warnings: string[] }> {
  const { directory, now } = options
  const folders = await findIdentityFolders(directory)
  if ('error' in folders) throw new ConfigError([folders.error])

  const read = await Promise.all(folders.found.map((folder) => readIdentity(options, folder)))
  const errors = read.flatMap((result) => result.errors)
  if (errors.length > 0) throw new ConfigError(errors)

  const identities = read.flatMap(({ identity }) => identity ?? []).sort(compareIdentities)
  return {
    identities,
    warnings: [
      ...identities.flatMap((identity) => findCertificateWarnings(identity, now)),
      ...(await findMisplacedFiles(directory, folders.found, identities)),
    ],
  }
}

/** Orders identities: the real ones oldest first, then the development one. */
export function compareIdentities(a: Identity, b: Identity): number {
  return (
    Number(a.development) - Number(b.development) ||
    a.notBefore.getTime() - b.notBefore.getTime() ||
    (a.passTypeIdentifier < b.passTypeIdentifier ? -1 : 1)
  )
}

/** An identity as its folder has it, or the errors of its files as sentences that begin with a path. */
export interface ReadIdentity {
  errors: string[]
  /** Absent if there are errors. */
  identity?: Identity
}

/** Reads and checks the identity in one folder of the directory. */
export async function readIdentity(
  {
    directory,
    password,
    apple = realApple,
  }: Pick<LoadIdentitiesOptions, 'directory' | 'password' | 'apple'>,
  folder: string,
): Promise<ReadIdentity> {
  const toPath = (name: string) => join(directory, folder, name)
  const [certificateFile, keyFile, chainFile] = await Promise.all([
    readCertificates(toPath('certificate.pem'), 'certificate'),
    readFileBytes(toPath('key.pem')),
    readCertificates(toPath('chain.pem'), 'chain'),
  ])
  const errors: string[] = []
  const addError = (name: string, error: string) => errors.push(`${toPath(name)} ${error}`)

  const certificate = 'found' in certificateFile ? certificateFile.found[0] : undefined
  const parsedKey =
    'error' in keyFile ? keyFile : findPrivateKey(keyFile.bytes, password, certificate)
  if ('error' in parsedKey) addError('key.pem', parsedKey.error)
  if ('error' in chainFile) addError('chain.pem', chainFile.error)
  if ('error' in certificateFile) {
    const found = await findImportableFiles(join(directory, folder))
    addError('certificate.pem', describeMissingCertificate(certificateFile.error, found))
  }
  if (certificate === undefined) return { errors }

  const names = readPassCertificate(certificate)
  for (const error of findNameErrors(names, folder)) addError('certificate.pem', error)
  if ('key' in parsedKey && !certificate.checkPrivateKey(parsedKey.key)) {
    addError(
      'key.pem',
      'does not belong to certificate.pem; put the key there that created its signing request',
    )
  }
  if ('error' in chainFile) return { errors }
  const chain = findChain(certificate, [...chainFile.found, ...apple.bundled, apple.root], apple)
  const chainError = findChainError(certificate, chainFile.found, chain.issuer)
  if (chainError !== undefined) addError('chain.pem', chainError)

  if (errors.length > 0 || 'error' in parsedKey) return { errors }
  const { uid = folder, team = '', organization } = names
  const identity: Identity = {
    passTypeIdentifier: uid,
    teamIdentifier: team,
    organizationName: organization ?? team,
    certificate,
    key: parsedKey.key,
    chain: chain.intermediates,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
    development: uid === DEVELOPMENT_PASS_TYPE_ID && !chain.includesApple,
    foreignRoot: chain.includesApple ? undefined : chain.topName,
  }
  return { errors, identity }
}

function findNameErrors(names: PassCertificateNames, folder: string): string[] {
  if (!names.signsPasses || names.marker === undefined) {
    return [
      'is not a Pass Type ID certificate; create one of that kind at ' +
        'https://developer.apple.com/account/resources/certificates and put it there',
    ]
  }
  const errors: string[] = []
  if (names.uid !== names.marker) {
    errors.push(
      `names ${names.uid ?? 'no pass type'} as its subject and ${names.marker} as its pass type; ` +
        'Wallet refuses that, so request a new certificate',
    )
  } else if (names.uid !== folder) {
    errors.push(`is for ${names.uid}; rename its folder from ${folder} to ${names.uid}`)
  }
  if (names.team === undefined) {
    errors.push('names no team (OU) in its subject; request a new certificate from Apple')
  }
  return errors
}

/** A folder that holds a .p12 or a .cer instead is told which command imports them. */
function describeMissingCertificate(error: string, found: readonly CertificateFile[]): string {
  const paths = found.flatMap(({ path }) =>
    identityFileNames.includes(basename(path)) ? [] : path,
  )
  if (!error.startsWith('is missing') || paths.length === 0) return error
  return `is missing; import what lies in its folder: ${toImportCommand(paths)}`
}

function findChainError(
  certificate: X509Certificate,
  provided: X509Certificate[],
  issuer: X509Certificate | undefined,
): string | undefined {
  const issuerName = toCommonName(certificate.issuer)
  if (issuer === undefined && provided.length === 0) {
    return `is missing, and the bundled intermediate did not sign certificate.pem; put "${issuerName}" there, from https://www.apple.com/certificateauthority/`
  }
  if (issuer !== undefined && (provided.length === 0 || provided.includes(issuer))) return undefined
  const names = provided.map(({ subject }) => `"${toCommonName(subject)}"`).join(', ')
  return issuer === undefined
    ? `holds ${names}, which did not sign certificate.pem; put "${issuerName}" there, from https://www.apple.com/certificateauthority/`
    : `holds ${names}, which did not sign certificate.pem; delete chain.pem, the right one is bundled`
}
