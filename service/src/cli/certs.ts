import { EmailAddress } from '@passwright/shared/schema'
import { DEVELOPMENT_PASS_TYPE_ID } from '../apple/certificates/development.ts'
import { importCertificates } from '../apple/certificates/import/import.ts'
import type { PreparedIdentity } from '../apple/certificates/import/prepare.ts'
import { passTypeIdPattern } from '../apple/certificates/import/refusals.ts'
import { createRequest, listRequests } from '../apple/certificates/import/request.ts'
import { loadIdentities } from '../apple/certificates/load.ts'
import { toIdentityStatuses } from '../apple/certificates/status.ts'
import { readConfig } from '../config.ts'
import { ConfigError } from '../config-error.ts'
import { formatRequest, formatStatus, formatSummary } from './certs-words.ts'
import { type Command, CommandError, print, printJson } from './command.ts'
import { readPasswordFile } from './password-file.ts'
import { createPasswordPrompt } from './prompt.ts'

export const certsRequest: Command = {
  summary: 'Make a private key and the file to upload to Apple, and say what to click there.',
  usage: '--pass-type-id pass.com.example.card --email ADDRESS',
  options: { 'pass-type-id': { type: 'string' }, email: { type: 'string' } },
  positionals: [],
  run: async ({ values }) => {
    const passTypeIdentifier = parsePassTypeId(values['pass-type-id'])
    const email = parseEmail(values.email)
    const { certificatesDir: directory } = readConfig()
    print(...formatRequest(await createRequest({ directory, passTypeIdentifier, email })))
  },
}

export const certsImport: Command = {
  summary: 'Import the certificate that Apple issued, as .cer, .p12 or PEM, with its private key.',
  usage: 'FILE... [--password-file FILE]',
  options: { 'password-file': { type: 'string' }, password: { type: 'string' } },
  positionals: ['FILE...'],
  run: async ({ values, positionals: paths }) => {
    if (values.password !== undefined) {
      throw new CommandError(
        'Other users of this machine can see a password on the command line. Leave it out to be asked for it, or use --password-file FILE or CERTIFICATE_PASSWORD.',
      )
    }
    const { certificatesDir: directory, certificatePassword } = readConfig()
    const file = values['password-file']
    const known =
      typeof file === 'string' ? [await readPasswordFile(file)] : [certificatePassword ?? []].flat()
    const passwords = { known, ask: createPasswordPrompt() }
    const now = new Date()
    const { imported, notes } = await refuse('Nothing was imported', () =>
      importCertificates({ paths, directory, passwords, now }),
    )
    for (const note of notes) console.error(`Note: ${note}`)
    for (const one of imported) printImported(one, now)
  },
}

export const certsStatus: Command = {
  summary: 'List the signing identities: Pass Type ID, team, issuer, days left.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const { certificatesDir: directory, certificatePassword, defaultPassTypeId } = readConfig()
    const now = new Date()
    const { identities, warnings } = await refuse('These identities cannot be used', () =>
      loadIdentities({ directory, password: certificatePassword, now }),
    )
    const statuses =
      identities.length === 0 ? [] : toIdentityStatuses(identities, defaultPassTypeId, now)
    for (const warning of warnings) console.error(`Warning: ${warning}`)
    if (values.json) return printJson(statuses)
    print(...formatStatus(statuses, await listRequests(directory)))
  },
}

function printImported(one: PreparedIdentity, now: Date): void {
  for (const warning of one.warnings) console.error(`WARNING: ${warning}`)
  print(...formatSummary(one, now))
}

/** Reports the errors of certificates as those of a command. */
async function refuse<T>(title: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new CommandError([`${title}:`, ...error.messages.map((line) => `- ${line}`)].join('\n'))
  }
}

function parsePassTypeId(value: unknown): string {
  if (value === DEVELOPMENT_PASS_TYPE_ID) {
    throw new CommandError(`${value} is the development identity's; choose one of your own`)
  }
  if (typeof value === 'string' && passTypeIdPattern.test(value)) return value
  throw new CommandError(
    'Name the Pass Type ID, which begins with "pass." and reads like your domain backwards: --pass-type-id pass.com.example.card',
  )
}

function parseEmail(value: unknown): string {
  const email = EmailAddress.safeParse(value)
  if (email.success) return email.data
  throw new CommandError(
    'Name the email address of your Apple developer account: --email you@example.com',
  )
}
