import type {
  CreatePassRequest,
  OnExisting,
  PassPatch,
  PassRequest,
} from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { fillBody } from '../../templates/filling/fill.ts'
import { findInput, isBlank, readValues, withDefaults } from '../../templates/filling/values.ts'
import type { Input, TemplateVersion, Values } from '../../templates/store/template.ts'
import { getTemplateOfRequest } from '../../templates/templates.ts'
import type { PassOrigin, PassRecord } from '../store/pass.ts'
import { findPass } from '../store/repository.ts'
import { composeBody, composePatches, toBeside } from './compose.ts'
import { getOwnVersion } from './own-version.ts'
import { validateBody } from './validate.ts'

/** A request without a template: the whole pass, and what it is made from. */
export interface ResolvedRequest {
  request: PassRequest
  origin: PassOrigin | undefined
  /** The pass that the values were merged into, as it was then. */
  mergedInto?: PassRecord | undefined
}

export interface ResolveOptions {
  onExisting?: OnExisting | undefined
  /** The request as it was sent, with every `null`. */
  patch?: PassPatch | undefined
}

/**
 * Fills in the template that a request names. Throws `invalid_request` for an unknown one, at `values.key`
 * for its values, and for what comes out.
 */
export async function resolveRequest(
  ctx: Context,
  key: ApiKey,
  { template, values = {}, ...fields }: CreatePassRequest,
  { onExisting, patch = {} }: ResolveOptions = {},
): Promise<ResolvedRequest> {
  if (template === undefined && Object.keys(values).length === 0) {
    return { request: fields, origin: undefined }
  }
  if (onExisting !== 'merge') {
    const version = await getTemplateOfRequest(ctx, key, template ?? '')
    return fill(ctx, key, version, values, fields)
  }
  const named = template === undefined ? undefined : await getTemplateOfRequest(ctx, key, template)
  const existing = await findMerged(ctx, key, named, values, fields)
  const version = named ?? (await getOwnVersion(ctx, existing))
  if (!existing) return fill(ctx, key, version, values, fields)
  const { template: _, values: __, ...sent } = patch
  const merged = mergeInto(existing, version, values, toBeside(sent))
  const filled = fill(
    ctx,
    key,
    version,
    merged.values,
    { ...fields, ...merged.beside },
    merged.beside,
  )
  return { ...filled, mergedInto: existing }
}

/** Fills in a version; `beside` is what is remembered of the fields. */
function fill(
  ctx: Context,
  key: ApiKey,
  version: TemplateVersion,
  given: Record<string, unknown>,
  fields: Record<string, unknown>,
  beside = toBeside(fields),
): ResolvedRequest {
  const { values, issues } = readValues(version.inputs, given)
  const filled = composeBody(version, { values, beside: fields })
  const request = validateBody(ctx, key, filled, version.inputs, issues)
  return { request, origin: toOrigin(version, { values, beside, adjusted: {} }) }
}

/** What a pass of this version remembers. */
export function toOrigin(
  { templateId, name, version }: Pick<TemplateVersion, 'templateId' | 'name' | 'version'>,
  filling: Pick<PassOrigin, 'values' | 'beside' | 'adjusted'>,
): PassOrigin {
  return { templateId, name, version, ...filling }
}

/** Finds the pass that a request is merged into, by the `externalId` that it or the template has. */
async function findMerged(
  { db }: Context,
  key: ApiKey,
  named: TemplateVersion | undefined,
  values: Record<string, unknown>,
  fields: { externalId?: string | undefined },
): Promise<PassRecord | undefined> {
  const externalId = fields.externalId ?? (named && fillExternalId(named, values))
  return typeof externalId === 'string' ? findPass(db, key.id, { externalId }) : undefined
}

function fillExternalId({ inputs, pass }: TemplateVersion, given: Record<string, unknown>) {
  const { values } = readValues(inputs, given)
  const { externalId } = fillBody(
    { externalId: pass.externalId },
    withDefaults(inputs, values),
  ).body
  return typeof externalId === 'number' ? String(externalId) : externalId
}

/** What a pass of the template has stays; of any other pass, what the template says nothing of. */
function mergeInto(
  { template, spec, metadata }: PassRecord,
  { templateId, pass, inputs }: TemplateVersion,
  given: Record<string, unknown>,
  sent: Record<string, unknown>,
) {
  if (template?.templateId === templateId) {
    const values = mergeValues(inputs, template.values, given)
    return { values, beside: composePatches(template.beside, sent) }
  }
  const { expirationDays, ...own } = { ...spec, metadata }
  const others = Object.entries(own).filter(([name]) => !Object.hasOwn(pass, name))
  return { values: given, beside: composePatches(Object.fromEntries(others), sent) }
}

/**
 * The values of a pass with some of them changed, `null` and what is empty taken away; a value whose
 * input is gone is left out.
 */
export function mergeValues(
  inputs: readonly Input[],
  before: Values,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const kept = readValues(inputs, before, { ignoresUnknown: true }).values
  const named = Object.entries(given).map(([key, value]) => [
    findInput(inputs, key)?.key ?? key,
    value,
  ])
  const merged = Object.entries({ ...kept, ...Object.fromEntries(named) })
  return Object.fromEntries(merged.filter(([, value]) => !isBlank(value)))
}
