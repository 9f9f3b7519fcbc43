import { operations } from '@passwright/shared/schema'
import type { ApiKey } from '../../../accounts/api-key.ts'
import { findPlanIssues } from '../../../accounts/plans.ts'
import { findWalletIssues } from '../../../apple/warnings/body-issues.ts'
import type { Warning } from '../../../apple/warnings/warnings.ts'
import type { Context } from '../../../context.ts'
import { type AdjustedPass, adjustPass } from '../../../passes/change/adjust.ts'
import type { ChangedPass } from '../../../passes/change/change.ts'
import { messagePass } from '../../../passes/change/message.ts'
import { deletePass, unvoidPass, voidPass } from '../../../passes/change/void.ts'
import { hasWebService } from '../../../passes/content/web-service.ts'
import { getPass } from '../../../passes/store/find.ts'
import { getVersion, type PassRecord } from '../../../passes/store/pass.ts'
import { patchPass, replacePass } from '../../../passes/update/update.ts'
import type { Handler, Mount } from '../../endpoint.ts'
import { replyOnce } from '../../idempotency.ts'
import { buildJsonReply, toETag } from '../../reply.ts'
import { describeWarnings } from '../../warnings.ts'

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

  mount(
    operations.sendMessage,
    ({ key, loaded, body: { message }, ifMatch, idempotent }) =>
      replyOnce(
        ctx,
        idempotent,
        (changed: ChangedPass) => toChangeReply(ctx, changed, findMessageWarnings(ctx)),
        (onStore) =>
          messagePass(ctx, key, loaded.serialNumber, message, {
            expectedVersion: ifMatch,
            onStore,
          }),
      ),
    { load },
  )
  mount(
    operations.adjustPass,
    ({ key, loaded, body, ifMatch, idempotent }) => {
      const warnings = body.message === undefined ? [] : findMessageWarnings(ctx)
      return replyOnce(
        ctx,
        idempotent,
        (adjusted: AdjustedPass) => toAdjustReply(adjusted, body.field, warnings),
        (onStore) =>
          adjustPass(ctx, key, loaded.serialNumber, body, { expectedVersion: ifMatch, onStore }),
      )
    },
    { load },
  )

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

function toChangeReply(ctx: Context, changed: ChangedPass, own: Warning[] = []) {
  const { record, unchanged } = changed
  const headers = { ETag: toETag(getVersion(record)) }
  const warnings = [...own, ...(describeWarnings(ctx, record).warnings ?? [])]
  const json = { ...toSummary(changed), unchanged, ...(warnings.length > 0 && { warnings }) }
  return buildJsonReply(200, json, headers)
}

function toAdjustReply(adjusted: AdjustedPass, field: string, warnings: Warning[]) {
  const { record, before, after, reached, unchanged } = adjusted
  const counter = { field, before, after, reached, unchanged }
  const json = { ...toSummary(adjusted), ...counter, ...(warnings.length > 0 && { warnings }) }
  return buildJsonReply(200, json, { ETag: toETag(getVersion(record)) })
}

function findMessageWarnings({ config }: Context): Warning[] {
  if (hasWebService(config)) return []
  const message =
    'reaches no phone, because PUBLIC_URL is not an https address that phones could ask; set it, and make the pass again'
  return [{ path: 'message', message }]
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
