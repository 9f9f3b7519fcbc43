import type { ApiKey } from '../../accounts/api-key.ts'
import {
  type Counter,
  findCounter,
  findFieldPath,
  listCounterKeys,
  parseCounter,
  writeCounter,
} from '../../apple/counter.ts'
import type { Context } from '../../context.ts'
import type { Trx } from '../../db/database.ts'
import { withDefaults } from '../../templates/filling/values.ts'
import type { TemplateVersion } from '../../templates/store/template.ts'
import { findVersion } from '../../templates/store/versions.ts'
import type { PassContent } from '../content/resolve.ts'
import type { PassOrigin, PassRecord } from '../store/pass.ts'
import { composeBody } from './compose.ts'
import { getOwnVersion, isOfTemplate, type PassOfTemplate } from './own-version.ts'
import { type NeededImage, type PreparedSources, refill } from './refill.ts'

/** A number of a pass: in one of its fields, or a value of its template. */
export interface PassCounter {
  value: number
  /** What the pass says with another number, unless that needs images. */
  write: (
    ctx: Context,
    key: ApiKey,
    value: number,
    prepared: PreparedSources,
    now: Date,
  ) => { content: Partial<PassContent> } | { needed: NeededImage[] }
}

/**
 * Finds the number in the field of this key; where there is none, the value of the template of this name.
 * A field that shows nothing but a value of the template is that value. Throws `template_deleted`.
 */
export async function findPassCounter(
  trx: Trx,
  record: PassRecord,
  name: string,
): Promise<PassCounter | undefined> {
  const counter = findCounter(record.spec, name)
  if (!isOfTemplate(record)) return counter && toFieldCounter(counter)
  const { templateId, version } = record.template
  const own = await findVersion(trx, templateId, version)
  const key = counter ? own && findKeyOfField(own, record, name) : name
  const isInput = own?.inputs.some((input) => input.key === key)
  if (own && key !== undefined && isInput) {
    const value = parseCounter(withDefaults(own.inputs, record.template.values)[key] ?? '')
    if (value !== undefined) return toValueCounter(record, own, key, value)
  }
  if (counter) return toAdjustedCounter(record, name, counter)
  // The values of a pass whose template is gone are what they are.
  if (!own && Object.hasOwn(record.template.values, name)) await getOwnVersion({ db: trx }, record)
  return undefined
}

/** The keys of fields, and the names of values, that hold a number. */
export function listPassCounters({ spec, template }: PassRecord): string[] {
  const values = Object.entries(template?.values ?? {})
  const names = values.filter(([, value]) => parseCounter(value) !== undefined)
  return [...new Set([...listCounterKeys(spec), ...names.map(([name]) => name)])]
}

function toFieldCounter({ value, write }: Counter): PassCounter {
  return { value, write: (_, __, next) => ({ content: { spec: write(next) } }) }
}

/** A number that the template does not ask for: it stays when the template is filled in anew. */
function toAdjustedCounter(
  { template }: PassOfTemplate,
  field: string,
  { value, write }: Counter,
): PassCounter {
  return {
    value,
    write: (_, __, next) => ({
      content: {
        spec: write(next),
        template: { ...template, adjusted: { ...template.adjusted, [field]: next } },
      },
    }),
  }
}

/** A value of the template: everything that shows it changes. */
function toValueCounter(
  record: PassOfTemplate,
  version: TemplateVersion,
  key: string,
  value: number,
): PassCounter {
  const before = withDefaults(version.inputs, record.template.values)[key] ?? 0
  return {
    value,
    write: (ctx, apiKey, next, prepared, now) => {
      const values = { ...record.template.values, [key]: writeCounter(before, next) }
      const origin: PassOrigin = { ...record.template, values }
      return refill(ctx, apiKey, record, { from: version, to: version, origin, prepared, now })
    },
  }
}

/** The input that a field shows, and nothing else. */
function findKeyOfField(
  version: TemplateVersion,
  { spec, template }: PassOfTemplate,
  field: string,
): string | undefined {
  const path = findFieldPath(spec, field)?.join('.')
  const { places } = composeBody(version, template)
  const place = places.find((each) => each.isWhole && each.path.join('.') === path)
  return place?.keys[0]
}
