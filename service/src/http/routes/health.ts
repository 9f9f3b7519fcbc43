import { operations, type Readiness } from '@passwright/shared/schema'
import {
  assertIdentityValid,
  getExpiry,
  selectDefaultIdentity,
} from '../../apple/certificates/identity.ts'
import { findCertificateWarnings } from '../../apple/certificates/warnings.ts'
import { remember } from '../../concurrency/remember.ts'
import type { Context } from '../../context.ts'
import { ping } from '../../db/database.ts'
import { createWriteProbe } from '../../db/write-probe.ts'
import { findGoogleSettingsWarnings } from '../../google-sync/warnings.ts'
import { queues } from '../../job-handlers.ts'
import { findQueueWarnings } from '../../jobs/manage/warnings.ts'
import { version } from '../../version.ts'
import { assertRunning, type Lifecycle } from '../app.ts'
import type { Mount } from '../endpoint.ts'
import { buildJsonReply } from '../reply.ts'

/** Whether the process is alive, and whether it can make passes. */
export function mountHealthRoutes(mount: Mount, ctx: Context, lifecycle: Lifecycle): void {
  const probe = createWriteProbe(ctx.db, ctx.now)
  // Counting is work, and everybody may ask.
  const findWarnings = remember(() => findQueueWarnings(ctx.db, queues), ctx.now, 1_000)
  mount(operations.health, async () => buildJsonReply(200, { status: 'ok', version }), {
    isUnlimited: true,
  })
  mount(operations.ready, async () => {
    assertRunning(lifecycle)
    const identity = selectDefaultIdentity(ctx.identities(), ctx.config.defaultPassTypeId)
    assertIdentityValid(identity, ctx.now())
    // The first says at once that the database is away; the second remembers its result.
    await ping(ctx.db)
    await probe()
    const readiness: Readiness = {
      status: 'ready',
      identity: {
        passTypeIdentifier: identity.passTypeIdentifier,
        development: identity.development,
        expiresAt: getExpiry(identity).toISOString(),
      },
      warnings: [
        ...ctx.identities().flatMap((each) => findCertificateWarnings(each, ctx.now())),
        ...ctx.identityFolder.warnings().map(({ summary }) => summary),
        ...findGoogleSettingsWarnings(ctx.config),
        ...(await findWarnings()).map(({ summary }) => summary),
      ],
    }
    return buildJsonReply(200, readiness)
  })
}
