import type { Logger } from 'pino'
import { ensureSecret } from './accounts/installation-secret.ts'
import { ensureDevelopmentIdentity } from './apple/certificates/development.ts'
import type { Identity } from './apple/certificates/identity.ts'
import { IdentityError, loadIdentities } from './apple/certificates/load.ts'
import { createSeal, type Seal } from './apple/signing/sign.ts'
import { createTurns, type InTurn } from './concurrency/keyed-mutex.ts'
import type { Config } from './config.ts'
import { type Db, openDatabase } from './db/database.ts'
import { createMailer, type Mailer } from './email/mailer.ts'
import { loadStationery, type Stationery } from './email/templates/theme.ts'
import { createLog } from './log.ts'
import { createTargetJudge, type TargetJudge } from './net/endpoint-check.ts'
import { createPublicFetch } from './net/safe-fetch.ts'
import { createPublicPost, type PublicPost } from './net/safe-post.ts'
import { createImages, type Images } from './passes/images/prepare.ts'

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
  images: Images
  post: PublicPost
  /** Why a URL may not be posted to; undefined when it may. */
  judgeTarget: TargetJudge
  inTurn: InTurn
  seal: Seal
  /** Absent where the settings name no mail server. */
  mailer: Mailer | undefined
  stationery: Stationery
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
    secret: await ensureSecret([config.certificatesDir, config.dataDir]),
    images: createImages({ fetch: createPublicFetch(outbound) }),
    post: createPublicPost(outbound),
    judgeTarget: createTargetJudge(outbound),
    inTurn: createTurns(),
    seal: createSeal({ signer: config.signer }),
    mailer: createMailer(config),
    stationery: await loadStationery(config.mailTemplates),
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
