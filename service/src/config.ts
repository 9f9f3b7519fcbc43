import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { APNS_URL } from './apple/web-service/push.ts'
import { ConfigError } from './config-error.ts'
import { parseSender, parseSmtpUrl } from './email/settings.ts'
import { parseGoogleCredentials } from './google/api/credentials.ts'
import { GOOGLE_WALLET_URL, type GoogleSettings } from './google/api/settings.ts'
import { parseAllowlist } from './net/allowlist.ts'

/** The settings: read once from the environment, which nothing else reads, and frozen. */
export type Config = Readonly<z.output<typeof Settings>>

/** Settings that can also be read from the file that `<NAME>_FILE` names. */
const secrets = [
  'DATABASE_URL',
  'CERTIFICATE_PASSWORD',
  'SMTP_URL',
  'SMTP_PASSWORD',
  'GOOGLE_WALLET_CREDENTIALS',
  'BACKUP_PASSPHRASE',
] as const

const wholeNumber = (min: number, max: number, fix: string) =>
  z
    .string()
    .regex(/^\d{1,10}$/, { error: fix })
    .transform(Number)
    .pipe(z.number().min(min, { error: fix }).max(max, { error: fix }))

const port = wholeNumber(1, 65_535, 'must be a port from 1 to 65535, such as 3000')
const mailLimit = wholeNumber(0, 2_000_000_000, 'must be a whole number of mails a day')
const planLimit = wholeNumber(0, 2_000_000_000, 'must be a whole number of passes a month')

const Host = z.string().refine((value) => isIP(value) !== 0 || /^[a-z0-9_.-]+$/i.test(value), {
  error: 'must be an IP address or a name of this machine, such as 127.0.0.1 or 0.0.0.0',
})

const PublicUrl = z
  .string()
  .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
    error: 'must be an address such as https://passes.example.com',
  })
  .refine((value) => !/[?#]/.test(value), { error: 'must not have a query or a fragment' })
  .refine((value) => !/^\w+:\/\/[^/]*@/.test(value), {
    error: 'must not have a user or a password: it stands in every link',
  })
  .transform((value) => value.replace(/\/+$/, ''))

const DatabaseUrl = z.string().transform((value, context) => {
  if (value.startsWith('sqlite:') && value.length > 'sqlite:'.length) {
    return { kind: 'sqlite' as const, file: resolve(value.slice('sqlite:'.length)) }
  }
  if (/^postgres(ql)?:\/\/./.test(value) && URL.canParse(value)) {
    return { kind: 'postgres' as const, url: value }
  }
  context.addIssue('must be sqlite:<file> or postgres://user:password@host/database')
  return z.NEVER
})

const OutboundAllow = z.string().transform((value, context) => {
  const { allowlist, errors } = parseAllowlist(value)
  for (const error of errors) context.addIssue(error)
  return allowlist
})

const SmtpUrl = z.string().transform((value, context) => {
  const server = parseSmtpUrl(value)
  if (server) return server
  context.addIssue(
    'must be smtp://user:password@host:port or smtps://…, with %40 for an @ in the user or password',
  )
  return z.NEVER
})

const MailFrom = z.string().transform((value, context) => {
  const sender = parseSender(value)
  if (sender) return sender
  context.addIssue('must be an address such as cards@example.com, or My Club <cards@example.com>')
  return z.NEVER
})

const GoogleIssuerId = z.string().regex(/^\d{1,30}$/, {
  error:
    'must be digits only: the issuer ID at the top of the Google Pay & Wallet Console; a client ID or a project number of Google Cloud is another number',
})

const GoogleCredentials = z.string().transform((value, context) => {
  const credentials = parseGoogleCredentials(value)
  if (typeof credentials !== 'string') return credentials
  context.addIssue(credentials)
  return z.NEVER
})

const Metrics = z.union([z.enum(['off', 'on']), port], {
  error: 'must be off, on, or a port of its own such as 9464',
})

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

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

/**
 * Rules for several settings together, each with its error. They read the raw values, so that an
 * invalid value elsewhere does not hide these errors.
 */
const rules: readonly ((env: Record<string, string>) => string | false)[] = [
  ({ SMTP_URL, MAIL_FROM }) =>
    SMTP_URL !== undefined &&
    MAIL_FROM === undefined &&
    'MAIL_FROM is required with SMTP_URL: the sender of the emails, such as cards@example.com',
  ({ SMTP_URL = '', SMTP_PASSWORD }) =>
    SMTP_PASSWORD !== undefined &&
    parseSmtpUrl(SMTP_URL)?.user === undefined &&
    'SMTP_PASSWORD needs a user in SMTP_URL, such as smtp://user@mail.example.com',
  ({ SMTP_URL = '', SMTP_PASSWORD }) =>
    SMTP_PASSWORD !== undefined &&
    parseSmtpUrl(SMTP_URL)?.password !== undefined &&
    'SMTP_PASSWORD cannot be used with a password in SMTP_URL; keep one of the two',
  ({ SIGNUP, SMTP_URL }) =>
    SIGNUP === 'open' &&
    SMTP_URL === undefined &&
    'SIGNUP open needs SMTP_URL: keys are sent by email',
  ({ GOOGLE_WALLET_ISSUER_ID, GOOGLE_WALLET_CREDENTIALS }) =>
    GOOGLE_WALLET_ISSUER_ID !== undefined &&
    GOOGLE_WALLET_CREDENTIALS === undefined &&
    'GOOGLE_WALLET_CREDENTIALS is required with GOOGLE_WALLET_ISSUER_ID: the JSON key of a service account that may use this issuer',
  ({ GOOGLE_WALLET_ISSUER_ID, GOOGLE_WALLET_CREDENTIALS }) =>
    GOOGLE_WALLET_CREDENTIALS !== undefined &&
    GOOGLE_WALLET_ISSUER_ID === undefined &&
    'GOOGLE_WALLET_ISSUER_ID is required with GOOGLE_WALLET_CREDENTIALS: the number at the top of the Google Pay & Wallet Console',
  ({ ROLE = 'all', DATABASE_URL = '' }) =>
    ['web', 'worker'].includes(ROLE) &&
    !/^postgres(ql)?:/.test(DATABASE_URL) &&
    'ROLE other than all needs PostgreSQL in DATABASE_URL: several processes share the work there',
  ({ METRICS = 'off', PORT = '3000' }) =>
    METRICS === PORT && 'METRICS and PORT are the same port; name another, or set METRICS to on',
]

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

/**
 * The variables that are set, with the contents of secret files. An empty variable counts as unset:
 * compose files and shells pass it that way.
 */
function readSecretFiles(
  environment: Record<string, string | undefined>,
  errors: string[],
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) if (value) env[name] = value
  for (const name of secrets) {
    const file = env[`${name}_FILE`]
    if (file === undefined) continue
    if (env[name] !== undefined) {
      errors.push(`${name} and ${name}_FILE are both set; keep one of the two`)
      continue
    }
    try {
      env[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    } catch {
      errors.push(`${name}_FILE names a file that cannot be read: ${file}`)
    }
  }
  return env
}
