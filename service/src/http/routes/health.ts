import { Problem } from '@passwright/shared'
import { operations, type Readiness } from '@passwright/shared/schema'
import type { Express } from 'express'
import { assertIdentityValid, selectDefaultIdentity } from '../../apple/certificates/select.ts'
import { findCertificateWarnings } from '../../apple/certificates/warnings.ts'
import type { Context } from '../../context.ts'
import { ping } from '../../db/database.ts'
import { findQueueWarnings } from '../../jobs/warnings.ts'
import { version } from '../../version.ts'
import { mount } from '../endpoint.ts'
import type { Lifecycle } from '../lifecycle.ts'
import { jsonReply } from '../reply.ts'

/** Alive, and able to make passes. */
export function healthRoutes(app: Express, ctx: Context, lifecycle: Lifecycle): void {
  mount(app, ctx, operations.health, async () => jsonReply(200, { status: 'ok', version }))
  mount(app, ctx, operations.ready, async () => {
    assertRunning(lifecycle)
    const identity = selectDefaultIdentity(ctx.identities, ctx.config.defaultPassTypeId)
    assertIdentityValid(identity, ctx.now())
    await ping(ctx.db)
    const readiness: Readiness = {
      status: 'ready',
      identity: {
        passTypeIdentifier: identity.passTypeIdentifier,
        development: identity.development,
        expiresAt: identity.notAfter.toISOString(),
      },
      warnings: [
        ...ctx.identities.flatMap((one) => findCertificateWarnings(one, ctx.now())),
        ...(await findQueueWarnings(ctx.db)),
      ],
    }
    return jsonReply(200, readiness)
  })
}

/** Throws `not_ready` while the service starts or stops. */
export function assertRunning({ phase }: Lifecycle): void {
  if (phase === 'running') return
  throw new Problem('not_ready', `The service is ${phase}; try again in a few seconds`, {
    headers: { 'Retry-After': '2' },
  })
}
