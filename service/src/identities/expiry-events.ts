import type { PlanName } from '../accounts/plans.ts'
import { planAllows, planNames } from '../accounts/plans.ts'
import {
  countDaysLeft,
  getExpiry,
  type Identity,
  selectDefaultIdentity,
} from '../apple/certificates/identity.ts'
import type { Context } from '../context.ts'
import { publish } from '../events/publish.ts'
import { findKeysToWarn, hasPasses, insertWarning, type Warning } from './repository.ts'

/** How many days before a certificate expires its users are warned, the most urgent first. */
export const warningDays = [1, 3, 7, 14, 30] as const

/**
 * Publishes `certificate.expiring` for every identity that expires soon: once for each key and number
 * of days, however many processes do this. If several are due, because the service was not running,
 * only the most urgent one is published.
 */
export async function publishExpiringCertificates(ctx: Context): Promise<void> {
  for (const identity of ctx.identities()) {
    const due = findDueWarning(identity, ctx.now())
    if (due) await publishWarning(ctx, identity, due)
  }
}

function findDueWarning(identity: Identity, now: Date): Warning | undefined {
  const { passTypeIdentifier } = identity
  const expiresAt = getExpiry(identity)
  const daysLeft = countDaysLeft(expiresAt, now)
  const days = warningDays.find((each) => daysLeft <= each)
  if (days === undefined || daysLeft <= 0) return undefined
  return { passTypeIdentifier, expiresAt: expiresAt.toISOString(), days }
}

async function publishWarning(ctx: Context, identity: Identity, warning: Warning): Promise<void> {
  const { db } = ctx
  for (const { id, plan } of await findKeysToWarn(db, warnedPlans, warning)) {
    const isConcerned = await isUser(ctx, identity, id, plan)
    const now = ctx.now()
    await db.transaction().execute(async (trx) => {
      // Also if it does not concern the key, so that its passes are not looked through every minute.
      if (!(await insertWarning(trx, id, warning)) || !isConcerned) return
      const { passTypeIdentifier, expiresAt } = warning
      const daysLeft = countDaysLeft(new Date(expiresAt), now)
      const data = { passTypeIdentifier, expiresAt, daysLeft }
      await publish(trx, { keyId: id, type: 'certificate.expiring', data, now })
    })
  }
}

/** The free plan is for strangers, who can do nothing about it, and has no webhooks. */
const warnedPlans = planNames.filter((name) => planAllows(name, 'webhooks'))

/**
 * Whether a key signs with an identity: its passes or its next one. The unlimited plan is the
 * operator's own, who renews all of them; others do not learn of identities that they do not use.
 */
async function isUser(
  { db, config, ...ctx }: Context,
  { passTypeIdentifier }: Identity,
  keyId: string,
  plan: PlanName,
): Promise<boolean> {
  if (plan === 'unlimited') return true
  const standard = selectDefaultIdentity(ctx.identities(), config.defaultPassTypeId)
  if (passTypeIdentifier === standard.passTypeIdentifier) return true
  return hasPasses(db, keyId, passTypeIdentifier)
}
