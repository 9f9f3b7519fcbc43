import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Client } from '@passwright/shared'
import { createMailer, type MailerTimeouts } from '../../../src/email/mailer.ts'
import { makeTestClock, type TestClock } from '../test-clock.ts'
import { startTestService, type TestService } from '../test-service.ts'

export interface MailingOptions {
  host?: string
  port: number
  user?: string
  password?: string
  tls?: 'required' | 'optional'
  from?: string
  /** How long the mail server may stay silent in everything, in milliseconds. */
  patience?: number
  databaseUrl?: string
  env?: Record<string, string>
  clock?: TestClock
}

/** A service that mails, its clock, and a key of its unlimited plan. */
export interface MailingService extends TestService {
  clock: TestClock
  key: string
  /** Our own client with that key. */
  ours: Client<Uint8Array>
  /** Waits for the mail server for so long from now on, in milliseconds. */
  bePatient(milliseconds: number): void
}

/** Starts a service of the test's own that hands its mail to this server. */
export async function startMailingService(options: MailingOptions): Promise<MailingService> {
  const { patience = 10_000, clock = makeTestClock(), databaseUrl } = options
  const service = await startTestService({
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    env: mailSettings(options),
    change: ({ config }) => ({ mailer: createMailer(config, silences(patience)), now: clock.now }),
  })
  const key = await service.createKey()
  const bePatient = (milliseconds: number) => {
    service.ctx.mailer?.close()
    service.ctx.mailer = createMailer(service.ctx.config, silences(milliseconds))
  }
  return { ...service, clock, key, ours: service.client(key), bePatient }
}

function silences(ms: number): MailerTimeouts {
  return { connect: ms, greeting: ms, silence: ms, message: 4 * ms }
}

/** The settings that lead to a mail server. */
export function mailSettings({
  host = '127.0.0.1',
  port,
  user,
  password,
  tls = 'required',
  from = 'press@wallet.test',
  env = {},
}: MailingOptions): Record<string, string> {
  const login = user === undefined ? '' : `${encodeURIComponent(user)}@`
  return {
    SMTP_URL: `smtp://${login}${host}:${port}`,
    ...(password === undefined ? {} : { SMTP_PASSWORD: password }),
    SMTP_TLS: tls,
    MAIL_FROM: from,
    ...env,
  }
}

/** Lets this process trust a certification authority of the tests, given as PEM. */
export function trust(authority: string): void {
  setDefaultCACertificates([...getCACertificates('default'), authority])
}
