import type { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { type AppleCertificates, appleCertificates as realApple } from './apple-certificates.ts'
import { findChain, toCommonName } from './chain.ts'
import { DEVELOPMENT_PASS_TYPE_ID } from './development.ts'
import { findIdentityFolders, readCertificates, readText } from './files.ts'
import type { Identity } from './identity.ts'
import { type PassCertificateNames, readPassCertificate } from './pass-certificate.ts'
import { parsePrivateKey } from './private-key.ts'
import { findCertificateWarnings } from './warnings.ts'

/** Everything that is wrong in the certificates folder; each mistake names its file and the fix. */
export class IdentityError extends Error {
  readonly mistakes: string[]

  constructor(mistakes: string[]) {
    super(mistakes.join('\n'))
    this.name = 'IdentityError'
    this.mistakes = mistakes
  }
}

export interface LoadOptions {
  /** Holds one folder per identity: `<pass type id>/certificate.pem`, `key.pem`, `chain.pem`. */
  directory: string
  /** Opens encrypted keys. */
  password?: string | undefined
  now: Date
  /** Who counts as Apple; tests bring their own. */
  apple?: AppleCertificates
}

/**
 * Reads every signing identity: the real ones oldest first, the development one last, and a
 * sentence for each thing an operator should know. Throws IdentityError with all mistakes of all
 * folders; an expired certificate or a root other than Apple's is a warning, not a mistake.
 */
export async function loadIdentities(
  options: LoadOptions,
): Promise<{ identities: Identity[]; warnings: string[] }> {
  const { directory, password, now, apple = realApple } = options
  const folders = await findIdentityFolders(directory)
  if ('mistake' in folders) throw new IdentityError([folders.mistake])

  const read = await Promise.all(
    folders.found.map((folder) => readIdentity(directory, folder, password, apple)),
  )
  const mistakes = read.flatMap((result) => result.mistakes)
  if (mistakes.length > 0) throw new IdentityError(mistakes)

  const identities = read.flatMap(({ identity }) => identity ?? []).sort(oldestRealFirst)
  return {
    identities,
    warnings: identities.flatMap((identity) => findCertificateWarnings(identity, now)),
  }
}

function oldestRealFirst(a: Identity, b: Identity): number {
  return (
    Number(a.development) - Number(b.development) ||
    a.notBefore.getTime() - b.notBefore.getTime() ||
    (a.passTypeIdentifier < b.passTypeIdentifier ? -1 : 1)
  )
}

async function readIdentity(
  directory: string,
  folder: string,
  password: string | undefined,
  apple: AppleCertificates,
): Promise<{ mistakes: string[]; identity?: Identity }> {
  const path = (name: string) => join(directory, folder, name)
  const [certificateFile, keyFile, chainFile] = await Promise.all([
    readCertificates(path('certificate.pem')),
    readText(path('key.pem')),
    readCertificates(path('chain.pem'), { optional: true }),
  ])
  const mistakes: string[] = []
  const note = (name: string, mistake: string) => mistakes.push(`${path(name)} ${mistake}`)

  const opened = 'mistake' in keyFile ? keyFile : parsePrivateKey(keyFile.text, password)
  if ('mistake' in opened) note('key.pem', opened.mistake)
  if ('mistake' in chainFile) note('chain.pem', chainFile.mistake)
  if ('mistake' in certificateFile) note('certificate.pem', certificateFile.mistake)
  const certificate = 'found' in certificateFile ? certificateFile.found[0] : undefined
  if (certificate === undefined) return { mistakes }

  const names = readPassCertificate(certificate)
  for (const mistake of wrongNames(names, folder)) note('certificate.pem', mistake)
  if ('key' in opened && !certificate.checkPrivateKey(opened.key)) {
    note(
      'key.pem',
      'does not belong to certificate.pem; put the key there that its request was made with',
    )
  }
  if ('mistake' in chainFile) return { mistakes }
  const chain = findChain(certificate, [...chainFile.found, ...apple.shipped], apple)
  const wrongChain = chainMistake(certificate, chainFile.found, chain.intermediates[0])
  if (wrongChain !== undefined) note('chain.pem', wrongChain)

  if (mistakes.length > 0 || 'mistake' in opened) return { mistakes }
  const { uid = folder, team = '', organization } = names
  const identity: Identity = {
    passTypeIdentifier: uid,
    teamIdentifier: team,
    organizationName: organization ?? team,
    certificate,
    key: opened.key,
    chain: chain.intermediates,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
    development: uid === DEVELOPMENT_PASS_TYPE_ID && !chain.apple,
    foreignRoot: chain.apple ? undefined : chain.top,
  }
  return { mistakes, identity }
}

function wrongNames(names: PassCertificateNames, folder: string): string[] {
  if (!names.signsPasses || names.marker === undefined) {
    return [
      'is not a Pass Type ID certificate; create one of that kind at ' +
        'https://developer.apple.com/account/resources/certificates and put it there',
    ]
  }
  const mistakes: string[] = []
  if (names.uid !== names.marker) {
    mistakes.push(
      `names ${names.uid ?? 'no pass type'} as its subject and ${names.marker} as its pass type; ` +
        'Wallet refuses that, so request a new certificate',
    )
  } else if (names.uid !== folder) {
    mistakes.push(`is for ${names.uid}; rename its folder from ${folder} to ${names.uid}`)
  }
  if (names.team === undefined) {
    mistakes.push('names no team (OU) in its subject; request a new certificate from Apple')
  }
  return mistakes
}

function chainMistake(
  certificate: X509Certificate,
  given: X509Certificate[],
  signer: X509Certificate | undefined,
): string | undefined {
  const wanted = toCommonName(certificate.issuer)
  if (signer === undefined && given.length === 0) {
    return `is missing, and the intermediate that ships with us did not sign certificate.pem; put "${wanted}" there, from https://www.apple.com/certificateauthority/`
  }
  if (signer !== undefined && (given.length === 0 || given.includes(signer))) return undefined
  const found = given.map(({ subject }) => `"${toCommonName(subject)}"`).join(', ')
  return signer === undefined
    ? `holds ${found}, which did not sign certificate.pem; put "${wanted}" there, from https://www.apple.com/certificateauthority/`
    : `holds ${found}, which did not sign certificate.pem; delete chain.pem, the right one ships with us`
}
