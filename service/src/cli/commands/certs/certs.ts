import { EmailAddress } from '@passwright/shared/schema'
import { DEVELOPMENT_PASS_TYPE_ID } from '../../../apple/certificates/folder/development.ts'
import { importCertificates } from '../../../apple/certificates/import/import.ts'
import type { PreparedIdentity } from '../../../apple/certificates/import/prepare.ts'
import { passTypeIdPattern } from '../../../apple/certificates/import/refusals.ts'
import { createRequest } from '../../../apple/certificates/import/request.ts'
import { readConfig } from '../../../config.ts'
import { ConfigError } from '../../../config-error.ts'
import { type Command, CommandError, print } from '../../program/command.ts'
import { readPasswordFile } from '../../program/password-file.ts'
import { createPasswordPrompt } from '../../program/prompt.ts'
import { formatRequest, formatSummary } from './messages.ts'

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
    const { imported, notes } = await importCertificates({
      paths,
      directory,
      passwords,
      now,
    }).catch((error: unknown) => {
      throw toCommandError(error)
    })
    for (const note of notes) console.error(`Note: ${note}`)
    for (const one of imported) printImported(one, now)
  },
}

function printImported(one: PreparedIdentity, now: Date): void {
  for (const warning of one.warnings) console.error(`WARNING: ${warning}`)
  print(...formatSummary(one, now))
}

/** The errors of an import, as those of a command. */
function toCommandError(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error
  const lines = error.messages.map((message) => `- ${message}`)
  return new CommandError(['Nothing was imported:', ...lines].join('\n'))
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
