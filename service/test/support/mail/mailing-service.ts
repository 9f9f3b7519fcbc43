import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Client } from '@passwright/shared'
import { createMailer, type MailerTimeouts } from '../../../src/email/mailer.ts'
import { createTestClock, type TestClock } from '../environment/test-clock.ts'
import { startTestService, type TestService } from '../environment/test-service.ts'

export interface MailingServiceOptions {
  host?: string
  port: number
  user?: string
  password?: string
  tls?: 'required' | 'optional'
  from?: string
  /** How long the mail server may take for each step, in milliseconds. */
  timeoutMs?: number
  databaseUrl?: string
  env?: Record<string, string>
  clock?: TestClock
}

/** A service that sends email, with its clock and an API key of the unlimited plan. */
export interface MailingService extends TestService {
  clock: TestClock
  key: string
  /** Our own client with that key. */
  api: Client<Uint8Array>
  /** Replaces the mailer by one with this timeout, in milliseconds. */
  setMailTimeout(ms: number): void
}

/** Starts a service in the test's process that sends its email through this server. */
export async function startMailingService(options: MailingServiceOptions): Promise<MailingService> {
  const { timeoutMs = 10_000, clock = createTestClock(), databaseUrl } = options
  const service = await startTestService({
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    env: buildMailSettings(options),
    overrides: ({ config }) => ({
      mailer: createMailer(config, toMailerTimeouts(timeoutMs)),
      now: clock.now,
    }),
  })
  const key = await service.createKey()
  const setMailTimeout = (ms: number) => {
    service.ctx.mailer?.close()
    service.ctx.mailer = createMailer(service.ctx.config, toMailerTimeouts(ms))
  }
  return { ...service, clock, key, api: service.client(key), setMailTimeout }
}

function toMailerTimeouts(ms: number): MailerTimeouts {
  return { connect: ms, greeting: ms, silence: ms, message: 4 * ms }
}

/** Builds the settings for a mail server. */
export function buildMailSettings({
  host = '127.0.0.1',
  port,
  user,
  password,
  tls = 'required',
  from = 'press@wallet.test',
  env = {},
}: MailingServiceOptions): Record<string, string> {
  const login = user === undefined ? '' : `${encodeURIComponent(user)}@`
  return {
    SMTP_URL: `smtp://${login}${host}:${port}`,
    ...(password === undefined ? {} : { SMTP_PASSWORD: password }),
    SMTP_TLS: tls,
    MAIL_FROM: from,
    ...env,
  }
}

/** Makes this process trust a certificate authority, given as PEM. */
export function trustCertificateAuthority(authority: string): void {
  setDefaultCACertificates([...getCACertificates('default'), authority])
}
