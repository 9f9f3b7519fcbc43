import { ConfigError } from '../../../config-error.ts'
import { type AppleCertificates, appleCertificates as realApple } from '../apple-certificates.ts'
import { toCommonName } from '../chain.ts'
import { type FoundCertificate, isSame, readNames } from './found-certificates.ts'
import { describeNoPassCertificate } from './no-pass-certificate.ts'
import { type PreparedIdentity, prepareIdentity } from './prepare.ts'
import { removeRequest } from './request.ts'
import { type Passwords, readSourceFiles, type SourceFile } from './source-files.ts'
import { isWholeIdentity, writeIdentity } from './write-identity.ts'

export interface ImportOptions {
  /** The files: certificates, keys and containers of both, in any order. */
  paths: readonly string[]
  /** The certificates folder. */
  directory: string
  passwords: Passwords
  now: Date
  /** Apple's certificates; tests issue their own. */
  apple?: AppleCertificates
}

/**
 * Imports all Pass Type ID certificates in the files, each with its key and chain, and notes about
 * what was left out. Throws a `ConfigError` with all reasons why not; then nothing is changed.
 */
export async function importCertificates(
  options: ImportOptions,
): Promise<{ imported: PreparedIdentity[]; notes: string[] }> {
  const { directory, paths, passwords, apple = realApple } = options
  const files = await readSourceFiles([...new Set(paths)], passwords)
  const { newest, notes } = findPassCertificates(files)
  if (newest.length === 0) throw new ConfigError(await describeNoPassCertificate(files))

  const prepared = await Promise.all(newest.map((found) => prepareIdentity(found, files, options)))
  const errors = prepared.flatMap((result) => ('error' in result ? [result.error] : []))
  if (errors.length > 0) throw new ConfigError(errors)

  const imported: PreparedIdentity[] = []
  for (const one of prepared) {
    if ('error' in one) continue
    const { passTypeIdentifier } = one.identity
    await writeIdentity(directory, passTypeIdentifier, one.pems)
    if (!(await isWholeIdentity(directory, passTypeIdentifier, one.pems))) {
      throw new ConfigError([
        `${one.folder} was changed by another import at the same time; run the command again`,
      ])
    }
    if (one.request !== undefined) await removeRequest(one.request)
    imported.push(one)
  }
  return { imported, notes: [...notes, ...describeLeftOut(files, imported, apple)] }
}

/** The newest certificate of each Pass Type ID: a .p12 often holds last year's too. */
function findPassCertificates(files: readonly SourceFile[]) {
  const found = files.flatMap(({ path, contents }) =>
    contents.flatMap((content): FoundCertificate[] => {
      if (content.kind !== 'certificate') return []
      const { certificate } = content
      const names = readNames(certificate)
      const isNamedSo = toCommonName(certificate.subject).startsWith('Pass Type ID')
      const isForPasses = isNamedSo || names?.signsPasses || names?.marker !== undefined
      return names && isForPasses ? [{ path, certificate, names }] : []
    }),
  )
  const sorted = found.toSorted((a, b) => toTime(b) - toTime(a))
  const newest = sorted.filter(
    ({ names }, i) => sorted.findIndex((one) => one.names.uid === names.uid) === i,
  )
  const notes = sorted
    .filter((one) => newest.every(({ certificate }) => !isSame(certificate, one.certificate)))
    .map(
      ({ path, certificate, names }) =>
        `${path}: an older certificate for ${names.uid}, valid until ${toDay(certificate.validToDate)}, is left out.`,
    )
  return { newest, notes }
}

/** What was in the files and not needed: a request, a public key, a WWDR of another generation. */
function describeLeftOut(
  files: readonly SourceFile[],
  imported: readonly PreparedIdentity[],
  apple: AppleCertificates,
): string[] {
  const used = imported.flatMap(({ identity: { certificate, chain } }) => [certificate, ...chain])
  return files.flatMap(({ path, contents }) =>
    contents.flatMap((content) => {
      if (content.kind === 'other') return [`${path} ${content.reason}. It was not needed.`]
      if (content.kind === 'key' || !content.certificate.ca) return []
      const { certificate } = content
      const isKnown =
        apple.namesByFingerprint.get(certificate.fingerprint256) === 'Apple Root CA' ||
        imported.some(({ root }) => root && isSame(root, certificate)) ||
        used.some((one) => isSame(one, certificate))
      const name = toCommonName(certificate.subject)
      return isKnown ? [] : [`${path}: "${name}" did not sign the certificate, and is left out.`]
    }),
  )
}

function toTime({ certificate }: FoundCertificate): number {
  return certificate.validToDate.getTime()
}

function toDay(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}
