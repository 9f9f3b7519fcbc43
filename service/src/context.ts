import type { Logger } from 'pino'
import { ensureInstallationSecret } from './accounts/installation-secret.ts'
import { ensureDevelopmentIdentity } from './apple/certificates/development.ts'
import type { Identity } from './apple/certificates/identity.ts'
import { IdentityError, loadIdentities } from './apple/certificates/load.ts'
import { createSigner, type SignPass } from './apple/signing/sign.ts'
import { createKeyedMutex, type WithLock } from './concurrency/keyed-mutex.ts'
import type { Config } from './config.ts'
import { type Db, openDatabase } from './db/database.ts'
import { createMailer, type Mailer } from './email/mailer.ts'
import { type EmailTheme, loadEmailTheme } from './email/templates/theme.ts'
import { createLog } from './log.ts'
import { type CheckEndpointUrl, createEndpointCheck } from './net/endpoint-check.ts'
import { createSafeFetch } from './net/safe-fetch.ts'
import { createSafePost, type SafePost } from './net/safe-post.ts'
import { createImagePreparer, type ImagePreparer } from './passes/images/prepare.ts'

/** Everything that the service's functions work with; in a test one field is another function. */
export interface Context {
  config: Config
  log: Logger
  now: () => Date
  db: Db
  /** Real ones oldest first, the development one last; never empty. */
  identities: readonly Identity[]
  /** From which secrets are derived that must not be in the database. */
  secret: Uint8Array
  images: ImagePreparer
  post: SafePost
  /** Why a URL may not be posted to; undefined when it may. */
  checkEndpointUrl: CheckEndpointUrl
  withLock: WithLock
  signPass: SignPass
  /** Absent where the settings name no mail server. */
  mailer: Mailer | undefined
  emailTheme: EmailTheme
}

/** Builds the context; the only place that constructs things. Throws IdentityError on bad certificates. */
export async function createContext(
  config: Config,
  log = createLog(config.logLevel),
): Promise<Context> {
  const now = () => new Date()
  const identities = await readIdentities(config, log, now())
  const outbound = {
    allow: config.outboundAllow,
    ownOrigins: [new URL(config.publicUrl).origin],
  }
  return {
    config,
    log,
    now,
    db: openDatabase(config.database, (error) => log.warn({ error }, 'database connection lost')),
    identities,
    secret: await ensureInstallationSecret([config.certificatesDir, config.dataDir]),
    images: createImagePreparer({ fetch: createSafeFetch(outbound) }),
    post: createSafePost(outbound),
    checkEndpointUrl: createEndpointCheck(outbound),
    withLock: createKeyedMutex(),
    signPass: createSigner({ signer: config.signer }),
    mailer: createMailer(config),
    emailTheme: await loadEmailTheme(config.mailTemplates),
  }
}

async function readIdentities(config: Config, log: Logger, now: Date): Promise<Identity[]> {
  await ensureDevelopmentIdentity(config.certificatesDir, now)
  const { identities, warnings } = await loadIdentities({
    directory: config.certificatesDir,
    password: config.certificatePassword,
    now,
  })
  for (const warning of warnings) log.warn({ warning }, 'certificate')
  const wanted = config.defaultPassTypeId
  if (wanted !== undefined && !identities.some((one) => one.passTypeIdentifier === wanted)) {
    throw new IdentityError([
      `DEFAULT_PASS_TYPE_ID names ${wanted}, which is not in ${config.certificatesDir}; put its certificate there or name another`,
    ])
  }
  return identities
}
