import { randomUUID } from 'node:crypto'
import { EmailAddress } from '@passwright/shared/schema'
import { ensureInternalApiKey } from '../../accounts/api-keys.ts'
import type { Context } from '../../context.ts'
import { isLoopback } from '../../email/settings.ts'
import type { SmtpResult } from '../../email/smtp-result.ts'
import { buildPassMessage } from '../../pass-email/message.ts'
import { createPass } from '../../passes/create/create.ts'
import type { PassRecord } from '../../passes/store/pass.ts'
import { type Command, CommandError, print } from '../program/command.ts'
import { withContext } from '../program/context.ts'

export const mailTest: Command = {
  summary: 'Send a real pass by email, and report each step and any error.',
  usage: '--to ADDRESS',
  options: { to: { type: 'string' } },
  positionals: [],
  run: async ({ values }) => {
    if (values.to === undefined) {
      throw new CommandError('Name the recipient: passwright mail test --to you@example.com')
    }
    const to = EmailAddress.safeParse(values.to)
    if (!to.success) throw new CommandError(`--to ${to.error.issues[0]?.message}`)
    await withContext((ctx) => sendTestEmail(ctx, to.data))
  },
}

async function sendTestEmail(ctx: Context, to: string): Promise<void> {
  const { config, mailer } = ctx
  const { smtp, mailFrom } = config
  if (!smtp || !mailFrom || !mailer) {
    throw new CommandError(
      'There is no mail server: set SMTP_URL, such as smtp://user:password@mail.example.com:587, and MAIL_FROM',
    )
  }
  const tls = smtp.secure ? 'TLS from the start' : `STARTTLS ${smtp.tls}`
  print(
    `1. Mail server ${smtp.host}:${smtp.port}, ${tls}, ${smtp.user ? 'with' : 'without'} a login.`,
  )
  assertSucceeded(await mailer.check(), 'The connection failed')
  print('2. It answers and accepts the connection.')
  const record = await createTestPass(ctx)
  const message = await buildPassMessage(ctx, 'unlimited', record, `test_${randomUUID()}`, { to })
  print(`3. A pass is made and signed (${message.attachment?.fileName}).`)
  assertSucceeded(await mailer.send(message), 'The mail server did not accept the email')
  print(
    `4. The mail server took the mail from ${mailFrom.address} to ${to}.`,
    'Check the inbox and the spam folder: from here on, the delivery is up to the mail servers.',
  )
  if (isLoopback(new URL(config.publicUrl).hostname)) {
    print(
      `The links in it lead to ${config.publicUrl}, which no phone can reach: set PUBLIC_URL to the address of this service.`,
    )
  }
}

/** Creates the test pass, or updates it: a real pass with a share page. */
async function createTestPass(ctx: Context): Promise<PassRecord> {
  const key = await ensureInternalApiKey(ctx.db, {
    id: 'key_mail_test',
    name: 'Mail test',
    plan: 'unlimited',
    now: ctx.now(),
  })
  const { record } = await createPass(ctx, key, {
    externalId: 'mail-test',
    title: 'Passwright',
    label: 'Mail test',
    value: 'It works',
    barcodeValue: 'PASSWRIGHT-MAIL-TEST',
    barcodeFormat: 'QR',
  })
  return record
}

function assertSucceeded({ result, reason }: SmtpResult, error: string): void {
  if (result !== 'succeeded') throw new CommandError(`${error}. ${reason}.`)
}
