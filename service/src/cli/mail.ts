import { randomUUID } from 'node:crypto'
import { EmailAddress } from '@passwright/shared/schema'
import type { Context } from '../context.ts'
import { isLoopback } from '../email/settings.ts'
import type { SmtpResult } from '../email/smtp-result.ts'
import { buildPassMessage } from '../pass-email/message.ts'
import { type Command, print, UsageError } from './command.ts'
import { withContext } from './context.ts'
import { issueTestPass } from './test-pass.ts'

export const mailTest: Command = {
  summary: 'Send a real pass by mail, and say each step and what is wrong.',
  usage: '--to ADDRESS',
  options: { to: { type: 'string' } },
  takes: [],
  run: async ({ values }) => {
    if (values.to === undefined) {
      throw new UsageError('Say where to: passwright mail test --to you@example.com')
    }
    const to = EmailAddress.safeParse(values.to)
    if (!to.success) throw new UsageError(`--to ${to.error.issues[0]?.message}`)
    await withContext((ctx) => sendTest(ctx, to.data))
  },
}

async function sendTest(ctx: Context, to: string): Promise<void> {
  const { config, mailer } = ctx
  const { smtp, mailFrom } = config
  if (!smtp || !mailFrom || !mailer) {
    throw new UsageError(
      'There is no mail server: set SMTP_URL, such as smtp://user:password@mail.example.com:587, and MAIL_FROM',
    )
  }
  const tls = smtp.secure ? 'TLS from the start' : `STARTTLS ${smtp.tls}`
  print(
    `1. Mail server ${smtp.host}:${smtp.port}, ${tls}, ${smtp.user ? 'with' : 'without'} a login.`,
  )
  assertDone(await mailer.check(), 'That did not work')
  print('2. It answers, and lets us in.')
  const record = await issueTestPass(ctx)
  const message = await buildPassMessage(ctx, record, `test_${randomUUID()}`, { to })
  print(`3. A pass is made and signed (${message.attachment?.fileName}).`)
  assertDone(await mailer.send(message), 'The mail was not taken')
  print(
    `4. The mail server took the mail from ${mailFrom.address} to ${to}.`,
    'Look into the mailbox, and into the spam folder: what happens from here on is between the mail servers.',
  )
  if (isLoopback(new URL(config.publicUrl).hostname)) {
    print(
      `The links in it lead to ${config.publicUrl}, which no phone can reach: set PUBLIC_URL to the address of this service.`,
    )
  }
}

function assertDone({ result, reason }: SmtpResult, what: string): void {
  if (result !== 'succeeded') throw new UsageError(`${what}. ${reason}.`)
}
