import { ConfigError } from '../config-error.ts'
import { createMailer, type MailerTimeouts } from '../email/mailer.ts'
import { loadEmailTheme } from '../email/templates/theme.ts'
import { type Finding, findBroken, findOk, type Patient, splitAdvice } from './finding.ts'

/** Short, because somebody waits for the result. */
const timeouts: MailerTimeouts = { connect: 5_000, greeting: 5_000, silence: 7_000, message: 0 }

/** Whether the mail server takes our connection, with TLS and login as set; no email is sent. */
export async function checkMail({ config }: Patient): Promise<Finding[]> {
  return [...(await checkServer(config)), ...(await checkTemplates(config))]
}

async function checkServer(config: Patient['config']): Promise<Finding[]> {
  const mailer = createMailer(config, timeouts)
  if (!mailer || !config.smtp) return [findOk('mail', 'E-mail is off: SMTP_URL is not set')]
  const { host, port } = config.smtp
  const result = await mailer.check()
  mailer.close()
  if (result.result === 'succeeded') {
    return [findOk('mail', `The mail server ${host}:${port} accepts our connection`)]
  }
  const message = `The mail server ${host}:${port} cannot be used. ${result.reason ?? ''}`.trim()
  const fix =
    'Correct SMTP_URL, SMTP_PASSWORD or SMTP_TLS, then try: passwright mail test --to you@example.com'
  return [findBroken('mail_unavailable', message, fix)]
}

async function checkTemplates({ mailTemplates }: Patient['config']): Promise<Finding[]> {
  try {
    await loadEmailTheme(mailTemplates)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.messages.map((line) => {
      const { message, fix } = splitAdvice(line, 'Correct this file; see service/docs/mail.md')
      return findBroken('mail_templates', message, fix)
    })
  }
}
