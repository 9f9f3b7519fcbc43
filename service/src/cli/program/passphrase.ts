import { CommandError } from './command.ts'
import { readPasswordFile } from './password-file.ts'
import { createPasswordPrompt } from './prompt.ts'

/** The options of a command that takes the passphrase of a backup. */
export const passphraseOptions = {
  'passphrase-file': { type: 'string' },
  passphrase: { type: 'string' },
} as const

/** A shorter one can be guessed. */
const SHORT = 12

/** Finds the passphrase: in the file that is named, in the setting, or from the person at the terminal. */
export async function findPassphrase(
  values: Record<string, unknown>,
  setting: string | undefined,
): Promise<string> {
  if (values.passphrase !== undefined) {
    throw new CommandError(
      'Other users of this machine can see a passphrase on the command line. Leave it out to be asked for it, or use --passphrase-file FILE or BACKUP_PASSPHRASE.',
    )
  }
  const path = values['passphrase-file']
  const known = typeof path === 'string' ? await readPasswordFile(path) : setting
  if (known !== undefined) return assertGiven(known)
  const ask = createPasswordPrompt()
  if (ask) return assertGiven(await ask('Passphrase of the backup: '))
  throw new CommandError(
    'A backup is encrypted with a passphrase: use --passphrase-file FILE, or set BACKUP_PASSPHRASE.',
  )
}

/** The same for a new backup: at the terminal it is asked for twice, and a short one is warned of. */
export async function choosePassphrase(
  values: Record<string, unknown>,
  setting: string | undefined,
): Promise<string> {
  const passphrase = await findPassphrase(values, setting)
  const isTyped = values['passphrase-file'] === undefined && setting === undefined
  const ask = isTyped ? createPasswordPrompt() : undefined
  if (ask && (await ask('The same again: ')) !== passphrase) {
    throw new CommandError('These are two passphrases. Nothing was written; try again.')
  }
  if (passphrase.length < SHORT) {
    console.error(
      `WARNING: The passphrase is shorter than ${SHORT} characters. Whoever has the file can try many, so take a longer one.`,
    )
  }
  return passphrase
}

function assertGiven(passphrase: string): string {
  if (passphrase !== '') return passphrase
  throw new CommandError('The passphrase is empty; choose one that nobody can guess.')
}
