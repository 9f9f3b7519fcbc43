import { join } from 'node:path'
import { findIdentityFolders } from '../apple/certificates/folder/files.ts'
import { readIdentity } from '../apple/certificates/folder/load.ts'
import { findMisplacedFiles } from '../apple/certificates/folder/misplaced-files.ts'
import {
  countDaysLeft,
  getExpiry,
  type Identity,
  isValidAt,
} from '../apple/certificates/identity.ts'
import type { Config } from '../config.ts'
import { isOpenToEveryone } from '../private-files.ts'
import {
  type Finding,
  findBroken,
  findOk,
  findWarning,
  type Patient,
  splitAdvice,
} from './finding.ts'
import { checkSamplePass } from './sample-pass.ts'

const renewal =
  'Renew it: passwright certs request, upload the request at https://developer.apple.com/account/resources/certificates, then passwright certs import FILE'
const ownCertificate =
  'Get a Pass Type ID certificate from Apple: begin with passwright certs request, and import what Apple issues with passwright certs import FILE'

/** Whether every signing identity can sign passes that Wallet accepts. */
export async function checkIdentities(patient: Patient): Promise<Finding[]> {
  const { config } = patient
  const { certificatesDir: directory } = config
  const folders = await findIdentityFolders(directory)
  if ('error' in folders) {
    const { message, fix } = splitAdvice(folders.error, ownCertificate)
    return [findBroken('certificates_unreadable', message, fix)]
  }
  const found = await Promise.all(folders.found.map((folder) => checkFolder(patient, folder)))
  const misplaced = await findMisplacedFiles(directory, folders.found)
  return [
    ...(folders.found.length === 0 ? [findNone(directory)] : []),
    ...checkDefault(config, folders.found),
    ...found.flat(),
    ...misplaced.map((warning) => {
      const { message, fix } = splitAdvice(warning, ownCertificate)
      return findWarning('certificate_unused', message, fix)
    }),
  ]
}

function findNone(directory: string): Finding {
  const message = `There is no signing identity in ${directory}; the service signs with a development identity, and Wallet refuses its passes`
  return findBroken('certificate_missing', message, ownCertificate)
}

function checkDefault(
  { defaultPassTypeId: id, certificatesDir }: Config,
  folders: readonly string[],
): Finding[] {
  if (id === undefined || folders.includes(id)) return []
  const message = `DEFAULT_PASS_TYPE_ID names ${id}, which is not in ${certificatesDir}: the service does not start`
  return [
    findBroken('default_identity_missing', message, 'Import its certificate, or name another one'),
  ]
}

async function checkFolder(
  { config, apple, ...patient }: Patient,
  folder: string,
): Promise<Finding[]> {
  const { certificatesDir: directory, certificatePassword: password } = config
  const { errors, identity } = await readIdentity({ directory, password, apple }, folder)
  const now = patient.now()
  if (!identity) {
    return errors.map((error) => {
      const { message, fix } = splitAdvice(error, ownCertificate)
      return findBroken('certificate_unusable', message, fix)
    })
  }
  const known = findFaults(identity, now)
  // What is known to be broken would only be found again.
  const isSound = known.every(({ level }) => level !== 'broken')
  const faults = isSound ? [...known, ...(await checkSamplePass(identity, now, apple))] : known
  return [
    ...(faults.length === 0 ? [describe(identity, now)] : faults),
    ...checkKeyFile(join(directory, folder, 'key.pem')),
  ]
}

function findFaults(identity: Identity, now: Date): Finding[] {
  const { passTypeIdentifier: id, development, foreignRoot } = identity
  const faults = findDateFaults(identity, now)
  if (development) {
    const message = `${id} is the development identity: Wallet refuses its passes`
    return [...faults, findBroken('development_identity', message, ownCertificate)]
  }
  if (foreignRoot === undefined) return faults
  const message = `${id}: its chain ends at "${foreignRoot}", not at Apple Root CA: Wallet refuses its passes`
  return [...faults, findBroken('foreign_root', message, ownCertificate)]
}

function findDateFaults(identity: Identity, now: Date): Finding[] {
  const { passTypeIdentifier: id } = identity
  const expiresAt = getExpiry(identity)
  const day = expiresAt.toISOString().slice(0, 10)
  if (expiresAt < now) {
    const message = `${id}: its certificate, or one of its chain, expired on ${day}: nothing can be signed with it`
    return [findBroken('certificate_expired', message, renewal)]
  }
  if (!isValidAt(identity, now)) {
    const message = `${id}: its certificate is not valid before ${identity.notBefore.toISOString()}`
    const fix = "Check this machine's clock; if it is right, wait until then"
    return [findBroken('certificate_not_yet_valid', message, fix)]
  }
  const days = countDaysLeft(expiresAt, now)
  if (days > 30) return []
  const message = `${id}: its certificate expires on ${day}, in ${days === 1 ? '1 day' : `${days} days`}`
  return [findWarning('certificate_expiring', message, renewal)]
}

function describe(identity: Identity, now: Date): Finding {
  const { passTypeIdentifier, teamIdentifier } = identity
  const days = countDaysLeft(getExpiry(identity), now)
  return findOk(
    'certificate',
    `${passTypeIdentifier}: the certificate of team ${teamIdentifier} signs passes, its chain ends at Apple Root CA, ${days} days left`,
  )
}

function checkKeyFile(path: string): Finding[] {
  if (!isOpenToEveryone(path)) return []
  const message = `${path} can be read by every user of this machine`
  return [findWarning('key_open', message, `Run: chmod 600 ${path}`)]
}
