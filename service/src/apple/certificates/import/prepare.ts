import type { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { appleCertificates as realApple } from '../apple-certificates.ts'
import { type Chain, findChain } from '../chain.ts'
import { DEVELOPMENT_PASS_TYPE_ID } from '../folder/development.ts'
import { readCertificates } from '../folder/files.ts'
import type { Identity } from '../identity.ts'
import { findCertificateWarnings } from '../warnings.ts'
import { type FoundCertificate, isSame, listCertificates, readNames } from './found-certificates.ts'
import type { ImportOptions } from './import.ts'
import { findKey } from './key-search.ts'
import { findRefusal, passTypeIdPattern } from './refusals.ts'
import type { SourceFile } from './source-files.ts'
import type { IdentityPems } from './write-identity.ts'

/** An identity with all that is to be written. */
export interface PreparedIdentity {
  identity: Identity
  nfc: boolean
  /** Where its private key was found, for people. */
  keyFrom: string
  /** Its folder in the certificates folder. */
  folder: string
  /** The root of its chain, when that is not Apple's. */
  root: X509Certificate | undefined
  /** What to know about it, such as a root that is not Apple's. */
  warnings: string[]
  /** The folder of the request that its key is from. */
  request: string | undefined
  pems: IdentityPems
}

/** Finds the key and the chain of a certificate; `error` is a sentence that says why it is refused. */
export async function prepareIdentity(
  found: FoundCertificate,
  files: readonly SourceFile[],
  options: ImportOptions,
): Promise<PreparedIdentity | { error: string }> {
  const { certificate, names, path } = found
  const { directory, now, passwords } = options
  const { uid = '', team = '' } = names
  const others = listCertificates(files).filter((one) => !isSame(one, certificate))
  const chain = await completeChain(found, others, options)
  const toError = (reason: string) => ({
    error: `${path}: the certificate${uid && ` for ${uid}`} ${reason}`,
  })
  const refusal = findRefusal({ certificate, names, chain, others }, now)
  if (refusal !== undefined) return toError(refusal)
  const key = await findKey(certificate, uid, { files, directory, known: passwords.known })
  if ('error' in key) return toError(key.error)

  const identity: Identity = {
    passTypeIdentifier: uid,
    teamIdentifier: team,
    organizationName: names.organization ?? team,
    certificate,
    key: key.key,
    chain: chain.intermediates,
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
    development: uid === DEVELOPMENT_PASS_TYPE_ID && !chain.includesApple,
    foreignRoot: chain.includesApple ? undefined : chain.topName,
  }
  const folder = join(directory, uid)
  return {
    identity,
    nfc: names.nfc,
    keyFrom: key.from,
    folder,
    root: chain.includesApple ? undefined : chain.root,
    warnings: [
      ...findCertificateWarnings(identity, now),
      ...(await findReplacementWarnings(folder, identity)),
    ],
    request: key.request,
    pems: {
      certificate: toPem(certificate),
      key: key.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      chain: [...chain.intermediates, ...(chain.root && identity.foreignRoot ? [chain.root] : [])]
        .map(toPem)
        .join(''),
    },
  }
}

/** Looks for issuers among those that ship and in the files, then in the identity that is renewed. */
async function completeChain(
  { certificate, names: { uid = '' } }: FoundCertificate,
  others: readonly X509Certificate[],
  { directory, apple = realApple }: ImportOptions,
): Promise<Chain> {
  const given = [...apple.bundled, apple.root, ...others]
  const chain = findChain(certificate, given, apple)
  if (chain.includesApple || chain.root !== undefined || !passTypeIdPattern.test(uid)) return chain
  const present = await readCertificates(join(directory, uid, 'chain.pem'), 'chain')
  const found = 'found' in present ? present.found : []
  return findChain(certificate, [...given, ...found], apple)
}

/** What may be a mistake about the certificate that an import replaces. */
async function findReplacementWarnings(folder: string, identity: Identity): Promise<string[]> {
  const { passTypeIdentifier: id, teamIdentifier, notAfter } = identity
  const read = await readCertificates(join(folder, 'certificate.pem'), 'certificate')
  const [old] = 'found' in read ? read.found : []
  if (old === undefined) return []
  const team = readNames(old)?.team
  const isOlder = old.validToDate > notAfter
  return [
    ...(isOlder
      ? [
          `${id}: the certificate that it replaced was valid longer, until ${toDay(old.validToDate)}.`,
        ]
      : []),
    ...(team !== undefined && team !== teamIdentifier
      ? [
          `${id}: the certificate that it replaced was of another team, ${team}. Wallet does not update passes across teams.`,
        ]
      : []),
  ]
}

function toPem(certificate: X509Certificate): string {
  return certificate.toString()
}

function toDay(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}
