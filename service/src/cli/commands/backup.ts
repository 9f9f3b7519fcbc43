import { resolve } from 'node:path'
import { createBackup } from '../../backup/backup.ts'
import { BackupError } from '../../backup/backup-error.ts'
import { restoreBackup } from '../../backup/restore.ts'
import { readConfig } from '../../config.ts'
import { type Command, CommandError, print } from '../program/command.ts'
import { choosePassphrase, findPassphrase, passphraseOptions } from '../program/passphrase.ts'

export const backup: Command = {
  summary:
    'Write database, certificates and secrets into one encrypted file, while the service runs.',
  usage: 'FILE [--passphrase-file FILE]',
  options: passphraseOptions,
  positionals: ['FILE'],
  run: async ({ values, positionals: [path = ''] }) => {
    const config = readConfig()
    const file = resolve(path)
    const passphrase = await choosePassphrase(values, config.backupPassphrase)
    const { bytes, database } = await explaining(
      createBackup(config, { file, passphrase, now: new Date() }),
    )
    print(`${file} is written (${formatBytes(bytes)}), and opens only with its passphrase.`)
    if (database === 'sqlite') return
    print(
      'The certificates and the secret of this installation are in it. PostgreSQL has a program of its own for the database:',
      '  pg_dump --format=custom --file=passwright.dump "$DATABASE_URL"',
    )
  },
}

export const restore: Command = {
  summary: 'Check a backup, and put what is in it where nothing is yet.',
  usage: 'FILE [--passphrase-file FILE]',
  options: passphraseOptions,
  positionals: ['FILE'],
  run: async ({ values, positionals: [path = ''] }) => {
    const config = readConfig()
    const passphrase = await findPassphrase(values, config.backupPassphrase)
    const restored = await explaining(restoreBackup(config, { file: resolve(path), passphrase }))
    const { createdAt, version, database, isDatabaseEmpty, waitingJobs } = restored
    print(`The backup of ${createdAt}, made by version ${version}, is restored.`)
    if (database === 'postgres' && isDatabaseEmpty) {
      print(
        'The certificates and the secret are in place, and the database is still EMPTY. Before you start the service:',
        '  pg_restore --no-owner --dbname="$DATABASE_URL" passwright.dump',
      )
      return
    }
    if (waitingJobs > 0) {
      print(
        `${waitingJobs === 1 ? '1 job' : `${waitingJobs} jobs`} waited when it was made, and may have run since: an email can arrive twice. Before you start the service, see: passwright jobs list`,
      )
    }
    print('Start the service; phones, links and API keys work as before.')
  },
}

async function explaining<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof BackupError ? new CommandError(error.message) : error
  })
}

function formatBytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}
