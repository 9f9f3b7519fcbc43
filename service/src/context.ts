import type { Logger } from 'pino'
import { ensureInstallationSecret } from './accounts/installation-secret.ts'
import { ensureDevelopmentIdentity } from './apple/certificates/folder/development.ts'
import {
  type IdentityFolder,
  openIdentityFolder,
} from './apple/certificates/folder/identity-folder.ts'
import { loadIdentities } from './apple/certificates/folder/load.ts'
import type { Identity } from './apple/certificates/identity.ts'
import { createSigner, type SignPass } from './apple/signing/sign.ts'
import { createPush, type Push } from './apple/web-service/push.ts'
import { createKeyedMutex, type WithLock } from './concurrency/keyed-mutex.ts'
import { createLimiter } from './concurrency/limiter.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { type Db, openDatabase } from './db/database.ts'
import { createExpectedWrites, type ExpectedWrites } from './db/sqlite/expected-writes.ts'
import { createMailer, type Mailer } from './email/mailer.ts'
import { type EmailTheme, loadEmailTheme } from './email/templates/theme.ts'
import { createPace } from './google/api/pace.ts'
import { createGoogleWallet, type GoogleWallet } from './google/api/wallet.ts'
import { createLog } from './log.ts'
import { createMetrics, type Metrics, noMetrics } from './metrics/metrics.ts'
import { type CheckEndpointUrl, createEndpointCheck } from './net/endpoint-check.ts'
import { createHttp2Client } from './net/http2-client.ts'
import { createSafeFetch } from './net/safe-fetch.ts'
import { createSafePost, type SafePost } from './net/safe-post.ts'
import { createPassFiles, type PassFiles } from './passes/content/files.ts'
import { createImageAdapter, type ImageAdapter } from './passes/images/adapt.ts'
import { createImagePreparer, type ImagePreparer } from './passes/images/prepare.ts'
import { type CountLiving, createCountLiving } from './stats/living.ts'
import { createOpenings, type Openings } from './stats/openings.ts'

/** What the service's functions need; a test replaces a field with another function. */
export interface Context {
  config: Config
  log: Logger
  now: () => Date
  metrics: Metrics
  db: Db
  expectedWrites: ExpectedWrites
  /** Real identities, oldest first, then the development identity; never empty. */
  identities: () => readonly Identity[]
  /** Where they come from. */
  identityFolder: IdentityFolder
  /** The installation secret: secrets that must not be in the database are derived from it. */
  secret: Uint8Array
  images: ImagePreparer
  imageAdapter: ImageAdapter
  passFiles: PassFiles
  post: SafePost
  /** Counts visits of share pages. */
  openings: Openings
  countLiving: CountLiving
  /** Tells a device that a pass has changed. */
  push: Push
  closePush: () => void
  /** Undefined while Google Wallet is off. */
  googleWallet: GoogleWallet | undefined
  /** Checks the URL of a webhook endpoint before it is stored. */
  checkEndpointUrl: CheckEndpointUrl
  withLock: WithLock
  signPass: SignPass
  /** Undefined when no mail server is configured. */
  mailer: Mailer | undefined
  emailTheme: EmailTheme
  /** How often the worker looks for jobs while there are none, in milliseconds. */
  pollMs: number
}

/** Of the 128 threads for slow work, some remain for the names of the database and the mail server. */
const MAX_LOOKUPS = 120

/** Creates the context from the settings. Throws a `ConfigError` on bad certificates or templates. */
export async function createContext(
  config: Config,
  log = createLog(config.logLevel),
): Promise<Context> {
  const now = () => new Date()
  const identityFolder = await openIdentities(config, log, now())
  const outbound = {
    allowlist: config.outboundAllow,
    ownOrigins: [new URL(config.publicUrl).origin],
    limitLookups: createLimiter({ concurrency: MAX_LOOKUPS }),
  }
  const expectedWrites = createExpectedWrites()
  const metrics = config.metrics === 'off' ? noMetrics : createMetrics()
  const logLostConnection = (error: Error) => log.warn({ error }, 'database connection lost')
  const apns = createHttp2Client(config.apnsUrl)
  const db = openDatabase(config.database, logLostConnection, {
    expectedWrites,
    onGroupCommit: metrics.observeGroupCommit,
  })
  return {
    config,
    log,
    now,
    db,
    metrics,
    expectedWrites,
    identities: identityFolder.identities,
    identityFolder,
    secret: await ensureInstallationSecret([config.certificatesDir, config.dataDir]),
    images: createImagePreparer({ fetch: createSafeFetch(outbound) }),
    imageAdapter: createImageAdapter(),
    passFiles: createPassFiles(),
    post: createSafePost(outbound),
    openings: createOpenings(db, log),
    countLiving: createCountLiving(db),
    push: createPush(apns),
    closePush: apns.close,
    googleWallet:
      config.googleWallet && createGoogleWallet(config.googleWallet, now, createPace(db)),
    checkEndpointUrl: createEndpointCheck(outbound),
    withLock: createKeyedMutex(),
    signPass: metrics.measureSigning(createSigner({ signer: config.signer })),
    mailer: createMailer(config),
    emailTheme: await loadEmailTheme(config.mailTemplates),
    pollMs: 500,
  }
}

async function openIdentities(config: Config, log: Logger, now: Date): Promise<IdentityFolder> {
  await ensureDevelopmentIdentity(config.certificatesDir, now)
  const options = { directory: config.certificatesDir, password: config.certificatePassword }
  const { identities, warnings } = await loadIdentities({ ...options, now })
  for (const warning of warnings) log.warn({ warning }, 'certificate')
  const id = config.defaultPassTypeId
  if (id !== undefined && !identities.some(({ passTypeIdentifier }) => passTypeIdentifier === id)) {
    throw new ConfigError([
      `DEFAULT_PASS_TYPE_ID names ${id}, which is not in ${config.certificatesDir}; put its certificate there or name another`,
    ])
  }
  return openIdentityFolder(identities, { ...options, defaultPassTypeId: id })
}
