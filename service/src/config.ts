import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { APNS_URL } from './apple/web-service/push.ts'
import { rules } from './config/rules.ts'
import { readSecretFiles } from './config/secret-files.ts'
import {
  DatabaseUrl,
  GoogleCredentials,
  GoogleIssuerId,
  Host,
  logLevels,
  MailFrom,
  Metrics,
  mailLimit,
  OutboundAllow,
  PublicUrl,
  planLimit,
  port,
  SmtpUrl,
  wholeNumber,
} from './config/values.ts'
import { ConfigError } from './config-error.ts'
import { GOOGLE_WALLET_URL, type GoogleSettings } from './google/api/settings.ts'

/** The settings: read once from the environment, which nothing else reads, and frozen. */
export type Config = Readonly<z.output<typeof Settings>>

const Env = z.object({
  HOST: Host.default('127.0.0.1'),
  PORT: port.default(3000),
  PUBLIC_URL: PublicUrl.optional(),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: DatabaseUrl.optional(),
  CERTIFICATES_DIR: z.string().optional(),
  CERTIFICATE_PASSWORD: z.string().optional(),
  BACKUP_PASSPHRASE: z.string().optional(),
  DEFAULT_PASS_TYPE_ID: z
    .string()
    .startsWith('pass.', { error: 'must be a Pass Type ID such as pass.com.example.card' })
    .optional(),
  OUTBOUND_ALLOW: OutboundAllow.prefault(''),
  SIGNER: z
    .enum(['native', 'passkit-generator'], { error: 'must be native or passkit-generator' })
    .default('native'),
  PLAN_FREE_LIMIT: planLimit.default(1000),
  PLAN_PRO_LIMIT: planLimit.default(100_000),
  SMTP_URL: SmtpUrl.optional(),
  SMTP_PASSWORD: z.string().optional(),
  SMTP_TLS: z
    .enum(['required', 'optional'], { error: 'must be required or optional' })
    .default('required'),
  MAIL_FROM: MailFrom.optional(),
  MAIL_DAILY_LIMIT: mailLimit.default(10_000),
  MAIL_FREE_DAILY_LIMIT: mailLimit.default(100),
  MAIL_TEMPLATES: z
    .string()
    .refine((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory(), {
      error: 'must be an existing folder with your own messages or badges',
    })
    .optional(),
  APNS_URL: z
    .string()
    .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
      error: 'must be an address such as https://api.push.apple.com; leave it out for Apple',
    })
    .transform((value) => new URL(value).origin)
    .default(APNS_URL),
  GOOGLE_WALLET_ISSUER_ID: GoogleIssuerId.optional(),
  GOOGLE_WALLET_CREDENTIALS: GoogleCredentials.optional(),
  GOOGLE_WALLET_URL: z
    .string()
    .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
      error: `must be an address such as ${GOOGLE_WALLET_URL}; leave it out for Google`,
    })
    .transform((value) => value.replace(/\/+$/, ''))
    .default(GOOGLE_WALLET_URL),
  RATE_LIMIT: wholeNumber(
    1,
    2_000_000_000,
    'must be a whole number of requests in 10 seconds, such as 100',
  ).default(100),
  RETENTION_DAYS: wholeNumber(1, 36_500, 'must be a whole number of days, such as 90').optional(),
  SIGNUP: z.enum(['open', 'closed'], { error: 'must be open or closed' }).default('closed'),
  MCP: z.enum(['on', 'off'], { error: 'must be on or off' }).default('off'),
  ROLE: z.enum(['all', 'web', 'worker'], { error: 'must be all, web or worker' }).default('all'),
  METRICS: Metrics.prefault('off'),
  TRUST_PROXY: wholeNumber(0, 20, 'must be the number of proxies in front, such as 1').default(0),
  LOG_LEVEL: z
    .enum(logLevels, { error: `must be one of: ${logLevels.join(', ')}` })
    .default('info'),
})

/** The names of all settings. */
export const settingNames = Object.keys(Env.shape)

const Settings = Env.transform((env) => {
  const dataDir = resolve(env.DATA_DIR)
  return {
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    dataDir,
    database: env.DATABASE_URL ?? {
      kind: 'sqlite' as const,
      file: resolve(dataDir, 'passwright.db'),
    },
    certificatesDir: resolve(env.CERTIFICATES_DIR ?? resolve(dataDir, 'certificates')),
    certificatePassword: env.CERTIFICATE_PASSWORD,
    backupPassphrase: env.BACKUP_PASSPHRASE,
    defaultPassTypeId: env.DEFAULT_PASS_TYPE_ID,
    outboundAllow: env.OUTBOUND_ALLOW,
    signer: env.SIGNER,
    planLimits: { free: env.PLAN_FREE_LIMIT, pro: env.PLAN_PRO_LIMIT },
    smtp: env.SMTP_URL && {
      ...env.SMTP_URL,
      password: env.SMTP_PASSWORD ?? env.SMTP_URL.password,
      tls: env.SMTP_TLS,
    },
    mailFrom: env.MAIL_FROM,
    mailDailyLimits: { free: env.MAIL_FREE_DAILY_LIMIT, others: env.MAIL_DAILY_LIMIT },
    mailTemplates: env.MAIL_TEMPLATES === undefined ? undefined : resolve(env.MAIL_TEMPLATES),
    apnsUrl: env.APNS_URL,
    googleWallet: toGoogleWallet(env),
    rateLimit: env.RATE_LIMIT,
    retentionDays: env.RETENTION_DAYS,
    signup: env.SIGNUP,
    mcp: env.MCP === 'on',
    role: env.ROLE,
    metrics: env.METRICS,
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
  }
})

/** Undefined while Google Wallet is off. */
function toGoogleWallet({
  GOOGLE_WALLET_ISSUER_ID: issuerId,
  GOOGLE_WALLET_CREDENTIALS: credentials,
  GOOGLE_WALLET_URL: url,
}: z.output<typeof Env>): GoogleSettings | undefined {
  if (issuerId === undefined || credentials === undefined) return undefined
  return { issuerId, credentials, url }
}

/** Reads the settings from the environment; throws a `ConfigError` with all errors at once. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const errors: string[] = []
  const env = readSecretFiles(environment, errors)
  const parsed = Settings.safeParse(env)
  for (const issue of parsed.error?.issues ?? []) {
    errors.push(`${issue.path.join('.')} ${issue.message}`)
  }
  errors.push(...rules.map((rule) => rule(env)).filter((error) => error !== false))
  if (!parsed.success || errors.length > 0) throw new ConfigError(errors)
  return Object.freeze(parsed.data)
}
