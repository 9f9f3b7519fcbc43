import { EmailAddress } from '@passwright/shared/schema'
import { type ForgottenEverywhere, forgetEverywhere } from '../../people/forget-everywhere.ts'
import { type Command, CommandError, print, printJson } from '../program/command.ts'
import { withContext } from '../program/context.ts'

export const forget: Command = {
  summary:
    'Forget all that is held of a person: passes are voided and blanked, the rest is deleted.',
  usage: '--email ADDRESS [--json]',
  options: { email: { type: 'string' }, json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const email = parseEmail(values.email)
    const forgotten = await withContext((ctx) => forgetEverywhere(ctx, email))
    if (values.json) return printJson(forgotten)
    print(...describe(forgotten))
  },
}

function parseEmail(value: unknown): string {
  const email = EmailAddress.safeParse(value)
  if (email.success) return email.data
  throw new CommandError('Give the address of the person: --email ada@example.com')
}

function describe({ passes, emails, deliveries, wallets, keys }: ForgottenEverywhere): string[] {
  if (passes === 0 && keys.length === 0) return ['Nothing is held of a person with this address.']
  return [
    `Forgotten: ${passes} passes are voided and blank; ${emails} emails and ${deliveries} webhook deliveries are deleted.`,
    ...(wallets.apple + wallets.google > 0
      ? [
          `They are in ${wallets.apple} Apple and ${wallets.google} Google wallets, which the running service updates.`,
        ]
      : []),
    ...keys.map(
      (id) =>
        `The API key ${id} lost its name and still works; end it with: passwright keys revoke ${id}`,
    ),
  ]
}
