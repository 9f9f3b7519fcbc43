import { setTimeout as wait } from 'node:timers/promises'
import type { Identity } from '../apple/certificates/identity.ts'
import { findCertificateWarnings } from '../apple/certificates/warnings.ts'
import type { Context } from '../context.ts'
import { publishExpiringCertificates } from './expiry-events.ts'
import { findPassTypes, savePassTypes } from './repository.ts'

/** How often the files of the identities are looked at; they are read only if they have changed. */
const REFRESH_INTERVAL_MS = 2_000

/** After so many looks, and after a change, warnings that are due are published. */
const LOOKS_PER_PUBLISHING = 30

/** Keeps the identities of a process as the files are, until it is stopped. */
export interface IdentityWatch {
  stop: () => Promise<void>
}

/**
 * Orders the identities, and from then on uses new files within seconds, publishes the events of
 * certificates that expire soon, and logs what an operator should know.
 */
export async function watchIdentities(ctx: Context): Promise<IdentityWatch> {
  const stopping = new AbortController()
  await orderIdentities(ctx).catch((error) => ctx.log.warn({ error }, 'database unavailable'))
  const finished = watch(ctx, stopping.signal)
  return {
    stop: async () => {
      stopping.abort()
      await finished
    },
  }
}

async function watch(ctx: Context, stopping: AbortSignal): Promise<void> {
  let logged = listWarnings(ctx)
  let isOrdered = true
  for (let looks = 0; !stopping.aborted; looks += 1) {
    const before = ctx.identities()
    // One look at a time, so that a network folder that hangs does not pile them up.
    await ctx.identityFolder
      .refresh(ctx.now())
      .catch((error) => ctx.log.error({ error }, 'certificates'))
    const isChanged = logChanges(ctx, before)
    const warnings = listWarnings(ctx)
    for (const warning of warnings) {
      if (!logged.includes(warning)) ctx.log.warn({ warning }, 'certificate')
    }
    logged = warnings
    try {
      if (isChanged || !isOrdered) {
        isOrdered = false
        await orderIdentities(ctx)
        isOrdered = true
      }
      const isDue = isChanged || looks % LOOKS_PER_PUBLISHING === 0
      if (isDue && ctx.config.role !== 'web') await publishExpiringCertificates(ctx)
    } catch (error) {
      ctx.log.warn({ error }, 'database unavailable')
    }
    await wait(REFRESH_INTERVAL_MS, undefined, { signal: stopping }).catch(() => {})
  }
}

/** In the order in which Pass Type IDs became known: renewing one does not change the default. */
async function orderIdentities({ db, identities, identityFolder }: Context): Promise<void> {
  await savePassTypes(db, identities())
  identityFolder.orderBy(await findPassTypes(db))
}

function logChanges({ log, identities }: Context, before: readonly Identity[]): boolean {
  const now = identities()
  const isIn = (list: readonly Identity[]) => (identity: Identity) =>
    list.some(
      ({ certificate }) => certificate.fingerprint256 === identity.certificate.fingerprint256,
    )
  const added = now.filter((identity) => !isIn(before)(identity))
  const removed = before.filter(
    ({ passTypeIdentifier }) => !now.some((one) => one.passTypeIdentifier === passTypeIdentifier),
  )
  for (const { passTypeIdentifier } of added) log.info({ passTypeIdentifier }, 'certificate loaded')
  for (const { passTypeIdentifier } of removed) {
    log.warn({ passTypeIdentifier }, 'certificate removed')
  }
  return added.length > 0 || removed.length > 0
}

function listWarnings({ identities, identityFolder, now }: Context): string[] {
  return [
    ...identities().flatMap((identity) => findCertificateWarnings(identity, now())),
    ...identityFolder.warnings().map(({ detail }) => detail),
  ]
}
