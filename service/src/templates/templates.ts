import { isDeepStrictEqual } from 'node:util'
import { type Issue, Problem, toInvalidRequest } from '@passwright/shared'
import { MAX_TEMPLATES, type TemplateChange, type TemplateRequest } from '@passwright/shared/schema'
import type { ApiKey } from '../accounts/api-key.ts'
import { assertKeyActive, lockKey } from '../accounts/auth.ts'
import type { Context } from '../context.ts'
import type { Trx } from '../db/database.ts'
import { createId } from '../db/ids.ts'
import { resolveInputs } from './filling/inputs.ts'
import {
  deleteTemplateRow,
  findTemplate,
  findTemplates,
  insertTemplate,
  lockTemplate,
  updateTemplateRow,
} from './store/repository.ts'
import type { Input, TemplateRecord } from './store/template.ts'

/** A template whose inputs are complete and whose placeholders are ones. */
export interface ResolvedTemplate {
  name: string
  pass: Record<string, unknown>
  inputs: readonly Input[]
}

/** Completes a template; throws `invalid_request` for wrong inputs and placeholders. */
export function resolveTemplate({ name, pass, inputs: listed }: TemplateRequest): ResolvedTemplate {
  const { inputs, issues } = resolveInputs(pass, listed ?? [])
  if (issues.length > 0) throw toInvalidRequest(issues)
  return { name, pass, inputs }
}

/** Lists the templates of a key by name, without their passes. */
export function listTemplates(ctx: Context, key: ApiKey): Promise<TemplateRecord[]> {
  return findTemplates(ctx.db, key.id)
}

/** Gets a template of this key by its id; throws `not_found`. */
export async function getTemplate(ctx: Context, key: ApiKey, id: string): Promise<TemplateRecord> {
  const record = await findTemplate(ctx.db, key.id, id)
  if (record?.templateId === id) return record
  throw createNotFound()
}

/** Finds a template of this key by its id or name. */
export function findTemplateByName(
  { db }: Context,
  key: ApiKey,
  idOrName: string,
): Promise<TemplateRecord | undefined> {
  return findTemplate(db, key.id, idOrName.trim())
}

/** Gets the template that a pass names; throws `invalid_request` at `template`. */
export async function getTemplateOfRequest(
  ctx: Context,
  key: ApiKey,
  idOrName: string,
): Promise<TemplateRecord> {
  const record = await findTemplateByName(ctx, key, idOrName)
  if (record) return record
  const issue: Issue = {
    path: 'template',
    message: 'must be the id or the name of one of your templates; GET /api/templates lists them',
  }
  throw toInvalidRequest([issue])
}

/** Creates a template; throws `template_exists` or `too_many_templates`. */
export async function createTemplate(
  ctx: Context,
  key: ApiKey,
  { name, pass, inputs }: ResolvedTemplate,
): Promise<TemplateRecord> {
  return ctx.db.transaction().execute(async (trx) => {
    await lockKey(trx, key)
    await assertKeyActive(trx, key)
    const templates = await findTemplates(trx, key.id)
    assertNameFree(templates, name)
    if (templates.length >= MAX_TEMPLATES) {
      throw new Problem(
        'too_many_templates',
        `You have ${MAX_TEMPLATES} templates, which are the most; delete one first`,
      )
    }
    const now = ctx.now().toISOString()
    const record: TemplateRecord = {
      templateId: createId('tpl'),
      keyId: key.id,
      name,
      version: 1,
      inputs,
      pass,
      passes: 0,
      createdAt: now,
      updatedAt: now,
    }
    await insertTemplate(trx, record)
    return record
  })
}

export interface TemplateChangeOptions {
  /** The versions that may be changed. */
  expectedVersion?: 'any' | readonly string[] | undefined
  /** Runs last in the transaction. */
  onStore?: (trx: Trx, record: TemplateRecord) => Promise<void>
}

/**
 * Replaces a template, as its next version; the same again is no new one. Throws `not_found`,
 * `template_exists`, or `precondition_failed` when it is another version than expected.
 */
export async function updateTemplate(
  ctx: Context,
  key: ApiKey,
  id: string,
  { name, pass, inputs }: ResolvedTemplate,
  { expectedVersion, onStore }: TemplateChangeOptions = {},
): Promise<TemplateRecord> {
  return ctx.db.transaction().execute(async (trx) => {
    await lockKey(trx, key)
    await assertKeyActive(trx, key)
    const before = await lockOwnTemplate(trx, ctx, key, id)
    assertVersion(before, expectedVersion)
    const others = (await findTemplates(trx, key.id)).filter(({ templateId }) => templateId !== id)
    assertNameFree(others, name)
    const content = { name, pass, inputs }
    if (isSameContent(before, content)) return before
    const updatedAt = ctx.now().toISOString()
    const record = { ...before, ...content, version: before.version + 1, updatedAt }
    await updateTemplateRow(trx, record)
    await onStore?.(trx, record)
    return record
  })
}

/** Deletes a template; its passes stay as they are. Throws `not_found` or `precondition_failed`. */
export async function deleteTemplate(
  ctx: Context,
  key: ApiKey,
  id: string,
  { expectedVersion, onStore }: TemplateChangeOptions = {},
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    await assertKeyActive(trx, key)
    const record = await lockOwnTemplate(trx, ctx, key, id)
    assertVersion(record, expectedVersion)
    await onStore?.(trx, record)
    await deleteTemplateRow(trx, id, ctx.now())
  })
}

/** The versions that the body of a change and its `If-Match` expect; undefined for any. */
export function readExpectedVersion(
  { version }: Pick<TemplateChange, 'version'>,
  ifMatch: 'any' | readonly string[] | undefined,
): 'any' | readonly string[] | undefined {
  if (version === undefined) return ifMatch
  const named = [String(version)]
  return ifMatch === undefined || ifMatch === 'any'
    ? named
    : named.filter((each) => ifMatch.includes(each))
}

/** Gets a template of this key and locks it until the transaction ends; throws `not_found`. */
export async function lockOwnTemplate(
  trx: Trx,
  ctx: Context,
  key: Pick<ApiKey, 'id'>,
  id: string,
): Promise<TemplateRecord> {
  const record = await lockTemplate(trx, ctx.config.database.kind, key.id, id)
  if (record) return record
  throw createNotFound()
}

function createNotFound(): Problem {
  return new Problem('not_found', 'There is no template with this id')
}

function assertNameFree(templates: readonly TemplateRecord[], name: string): void {
  if (!templates.some((template) => template.name === name)) return
  throw new Problem(
    'template_exists',
    'You have a template with this name; choose another name, or change that one with PUT',
  )
}

function assertVersion(
  { version }: TemplateRecord,
  expected: TemplateChangeOptions['expectedVersion'],
): void {
  if (expected === undefined || expected === 'any' || expected.includes(String(version))) return
  throw new Problem(
    'precondition_failed',
    'The template has changed in the meantime; get it again, check the change, and repeat yours',
  )
}

/** As it is stored: what is undefined is absent. */
function isSameContent(before: ResolvedTemplate, after: ResolvedTemplate): boolean {
  const toComparable = ({ name, pass, inputs }: ResolvedTemplate): unknown =>
    JSON.parse(JSON.stringify({ name, pass, inputs }))
  return isDeepStrictEqual(toComparable(before), toComparable(after))
}
