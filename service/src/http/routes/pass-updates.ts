import { operations } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import { findPlanIssues } from '../../accounts/plans.ts'
import { findWalletIssues } from '../../apple/body-issues.ts'
import type { Context } from '../../context.ts'
import type { ChangedPass } from '../../passes/change.ts'
import { getPass } from '../../passes/find.ts'
import { getVersion, type PassRecord } from '../../passes/pass.ts'
import { patchPass, replacePass } from '../../passes/update.ts'
import { deletePass, unvoidPass, voidPass } from '../../passes/void.ts'
import type { Handler, Mount } from '../endpoint.ts'
import { replyOnce } from '../idempotency.ts'
import { buildJsonReply, toETag } from '../reply.ts'
import { describeWarnings } from '../warnings.ts'

/** Updates, voids and deletes passes. */
export function mountPassUpdateRoutes(mount: Mount, ctx: Context): void {
  const load = (key: ApiKey, { serialNumber }: { serialNumber: string }) =>
    getPass(ctx, key, serialNumber)

  const replace: Handler<typeof operations.replacePass, PassRecord> = async (input) => {
    const { key, loaded, body, ifMatch } = input
    return toChangeReply(
      ctx,
      await replacePass(ctx, key, loaded, body, { expectedVersion: ifMatch }),
    )
  }
  const patch: Handler<typeof operations.patchPass, PassRecord> = async (input) => {
    const { key, loaded, body, ifMatch } = input
    return toChangeReply(ctx, await patchPass(ctx, key, loaded, body, { expectedVersion: ifMatch }))
  }
  const whole = {
    load,
    check: (key: ApiKey, body: Record<string, unknown>) => [
      ...findPlanIssues(key.plan, body),
      ...findWalletIssues(body),
    ],
  }
  const partial = {
    load,
    check: (key: ApiKey, body: Record<string, unknown>) => findPlanIssues(key.plan, body),
  }
  mount(operations.replacePass, replace, whole)
  mount(operations.replacePkpass, replace, whole)
  mount(operations.patchPass, patch, partial)
  mount(operations.patchPkpass, patch, partial)

  const setVoided =
    (change: typeof voidPass): Handler<typeof operations.voidPass, PassRecord> =>
    ({ key, loaded, ifMatch, idempotent }) =>
      replyOnce(ctx, idempotent, toVoidReply, (onStore) =>
        change(ctx, key, loaded.serialNumber, { expectedVersion: ifMatch, onStore }),
      )
  mount(operations.voidPass, setVoided(voidPass), { load })
  mount(operations.unvoidPass, setVoided(unvoidPass), { load })
  mount(
    operations.deletePass,
    async ({ key, loaded, ifMatch }) =>
      toDeleteReply(await deletePass(ctx, key, loaded.serialNumber, { expectedVersion: ifMatch })),
    { load },
  )
}

function toChangeReply(ctx: Context, changed: ChangedPass) {
  const { record, unchanged } = changed
  const headers = { ETag: toETag(getVersion(record)) }
  const json = { ...toSummary(changed), unchanged, ...describeWarnings(ctx, record) }
  return buildJsonReply(200, json, headers)
}

function toVoidReply(changed: ChangedPass) {
  const { record, unchanged } = changed
  const json = { ...toSummary(changed), voided: record.voided, unchanged }
  return buildJsonReply(200, json, { ETag: toETag(getVersion(record)) })
}

function toDeleteReply(changed: ChangedPass) {
  const repeated = changed.unchanged ? { alreadyDeleted: true } : {}
  return buildJsonReply(200, { ...toSummary(changed), deleted: true, ...repeated })
}

function toSummary({ record, notifiedDevices }: ChangedPass) {
  const { serialNumber, updatedAt: lastUpdated } = record
  return { serialNumber, lastUpdated, notifiedDevices }
}
