import { operations } from '@passwright/shared/schema'
import type { Express, Request } from 'express'
import type { ApiKey } from '../../accounts/api-key.ts'
import { findPlanIssues } from '../../accounts/plans.ts'
import { findBarcodeIssues } from '../../apple/barcodes.ts'
import type { Context } from '../../context.ts'
import { getPass } from '../../passes/find.ts'
import type { Revised, Subject } from '../../passes/revise.ts'
import { patchPass, replacePass } from '../../passes/update.ts'
import { toETag } from '../../passes/version.ts'
import { deletePass, setVoided } from '../../passes/void.ts'
import { type BodyCheck, type Handler, mount } from '../endpoint.ts'
import { jsonReply } from '../reply.ts'

/** Changes, voids and deletes passes. */
export function changeRoutes(app: Express, ctx: Context): void {
  const { replacePass: replace, replacePkpass, patchPass: patch, patchPkpass } = operations
  const find = (_: Context, key: ApiKey, { serialNumber }: { serialNumber: string }) =>
    getPass(ctx, key, serialNumber)
  const whole: BodyCheck = (key, body) => [
    ...findPlanIssues(key.plan, body),
    ...findBarcodeIssues(body),
  ]
  const part: BodyCheck = (key, body) => findPlanIssues(key.plan, body)

  for (const operation of [replace, replacePkpass]) {
    const handle: Handler<typeof replace> = async (_, { key, params, request, body }) =>
      changed(await replacePass(ctx, key, subjectOf(params, request), body))
    mount(app, ctx, operation, handle, { find, check: whole })
  }
  for (const operation of [patch, patchPkpass]) {
    const handle: Handler<typeof patch> = async (_, { key, params, request, body }) =>
      changed(await patchPass(ctx, key, subjectOf(params, request), body))
    mount(app, ctx, operation, handle, { find, check: part })
  }
  for (const kind of ['void', 'unvoid'] as const) {
    const handle: Handler<typeof operations.voidPass> = (_, { key, params, request, once }) =>
      setVoided(ctx, key, kind, { subject: subjectOf(params, request), once, answer: voided })
    mount(app, ctx, operations[`${kind}Pass`], handle, { find })
  }
  mount(
    app,
    ctx,
    operations.deletePass,
    async (_, { key, params, request }) =>
      deleted(await deletePass(ctx, key, subjectOf(params, request))),
    { find },
  )
}

function subjectOf({ serialNumber }: { serialNumber: string }, request: Request): Subject {
  return { serialNumber, ifMatch: request.headers['if-match'] }
}

function told({ record, notifiedDevices }: Revised) {
  const { serialNumber, updatedAt: lastUpdated } = record
  return { serialNumber, lastUpdated, notifiedDevices }
}

function changed(revised: Revised) {
  const { record, unchanged } = revised
  return jsonReply(200, { ...told(revised), unchanged }, { ETag: toETag(record) })
}

function voided(revised: Revised) {
  const { record, unchanged } = revised
  const json = { ...told(revised), voided: record.voided, unchanged }
  return jsonReply(200, json, { ETag: toETag(record) })
}

function deleted(revised: Revised) {
  const again = revised.unchanged ? { alreadyDeleted: true } : {}
  return jsonReply(200, { ...told(revised), deleted: true, ...again })
}
