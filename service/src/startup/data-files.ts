import { join } from 'node:path'
import { getSecretFiles } from '../accounts/installation-secret.ts'
import { getIdentityFiles } from '../apple/certificates/folder/files.ts'
import type { Context } from '../context.ts'
import { getDatabaseFiles } from '../db/database.ts'
import { isOpenToEveryone, restrictToOwner } from '../private-files.ts'

/**
 * Leaves the files and folders that the service has made to their owner only, also those of versions
 * that made them readable for everyone. Logs what it cannot change, and a key of the operator's that
 * everyone can read: that file is not ours to change.
 */
export function protectDataFiles({ config, identities: getIdentities, log }: Context): void {
  const identities = getIdentities()
  const { dataDir, certificatesDir, database } = config
  const folders = [dataDir, certificatesDir]
  const toFolder = (id: string) => join(certificatesDir, id)
  const ours = identities
    .filter(({ development }) => development)
    .map(({ passTypeIdentifier }) => toFolder(passTypeIdentifier))
  const paths = [
    ...folders,
    ...getSecretFiles(folders),
    ...ours.flatMap((folder) => [folder, ...getIdentityFiles(folder)]),
    ...getDatabaseFiles(database),
  ]
  const warnings = [
    ...paths.flatMap((path) => restrictToOwner(path) ?? []),
    ...identities
      .filter(({ development }) => !development)
      .map(({ passTypeIdentifier }) => join(toFolder(passTypeIdentifier), 'key.pem'))
      .filter(isOpenToEveryone)
      .map((key) => `${key} can be read by every user of this machine; run: chmod 600 ${key}`),
  ]
  for (const warning of warnings) log.warn({ warning }, 'files')
}
