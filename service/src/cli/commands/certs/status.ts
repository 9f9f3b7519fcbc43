import { findIdentityFolders } from '../../../apple/certificates/folder/files.ts'
import { compareIdentities, readIdentity } from '../../../apple/certificates/folder/load.ts'
import { findMisplacedFiles } from '../../../apple/certificates/folder/misplaced-files.ts'
import type { Identity } from '../../../apple/certificates/identity.ts'
import { listRequests } from '../../../apple/certificates/import/request.ts'
import { toIdentityStatuses } from '../../../apple/certificates/status.ts'
import { findCertificateWarnings } from '../../../apple/certificates/warnings.ts'
import { type Config, readConfig } from '../../../config.ts'
import { orderByAge } from '../../../identities/order.ts'
import { type Command, print, printJson } from '../../program/command.ts'
import { withDatabase } from '../../program/database.ts'
import { formatStatus } from './messages.ts'

export const certsStatus: Command = {
  summary: 'List the signing identities: Pass Type ID, team, issuer, days left.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const config = readConfig()
    const now = new Date()
    const { identities, errors, warnings } = await readIdentities(config, now)
    const ordered = await orderIdentities(identities)
    const statuses = toIdentityStatuses(ordered, config.defaultPassTypeId, now)
    for (const error of errors) console.error(`Error: ${error}`)
    for (const warning of warnings) console.error(`Warning: ${warning}`)
    if (errors.length > 0) process.exitCode = 1
    if (values.json) return printJson(statuses)
    print(...formatStatus(statuses, await listRequests(config.certificatesDir)))
  },
}

/** Reads all folders: one that cannot be used does not hide the others. */
async function readIdentities(
  { certificatesDir: directory, certificatePassword: password }: Config,
  now: Date,
) {
  const folders = await findIdentityFolders(directory)
  if ('error' in folders) return { identities: [], errors: [folders.error], warnings: [] }
  const read = await Promise.all(
    folders.found.map((folder) => readIdentity({ directory, password }, folder)),
  )
  const identities = read.flatMap(({ identity }) => identity ?? []).sort(compareIdentities)
  return {
    identities,
    errors: read.flatMap(({ errors }) => errors),
    warnings: [
      ...identities.flatMap((identity) => findCertificateWarnings(identity, now)),
      ...(await findMisplacedFiles(directory, folders.found, identities)),
    ],
  }
}

/** The database knows which one the service takes as the default, and may be down. */
async function orderIdentities(identities: Identity[]): Promise<Identity[]> {
  if (identities.length < 2) return identities
  return withDatabase((db) => orderByAge(db, identities)).catch(() => identities)
}
