import { eventTypes, trimBlanks } from '@passwright/shared'
import { z } from 'zod'
import { EmailAddress } from '../email.ts'
import { filledText, withRange } from '../primitives.ts'

const Limit = z
  .string()
  .regex(/^\d{1,3}$/, { error: 'must be between 1 and 100' })
  .transform(Number)
  .pipe(withRange(z.int(), 1, 100))
  .default(20)

/** `?format=` of every operation that can return the pass file. */
export const Format = z.enum(['json', 'pkpass'])
export type Format = z.infer<typeof Format>

/** For operations without query parameters. */
export const NoQuery = z.strictObject({})
/** For pages and links: unknown parameters, such as those of a link tracker, are ignored. */
export const AnyQuery = z.looseObject({})
export const FormatQuery = z.strictObject({ format: Format.optional() })

/** What a create call does when its `externalId` is known. */
export const OnExisting = z.enum(['replace', 'merge', 'keep'])
export type OnExisting = z.infer<typeof OnExisting>

const Flag = z.enum(['true', 'false']).transform((value) => value === 'true')

export const CreateQuery = FormatQuery.extend({
  dryRun: Flag.optional().meta({
    description:
      'true checks the request as if it created a pass, images and file included, and stores, counts and sends nothing. The reply is {"valid": true, "warnings": […]}.',
  }),
  onExisting: OnExisting.optional().meta({
    description:
      'What happens to the pass that has this externalId: replace (default) makes it say this body and nothing else; merge keeps what the body does not name, null removes a field; keep leaves it as it is.',
  }),
})

/** `GET /api/passes`: all filters must match; `metadata[key]=value` may be repeated. */
export const ListPassesQuery = z.preprocess(
  collectMetadata,
  z.strictObject({
    limit: Limit,
    cursor: z.string().max(500).optional(),
    externalId: filledText(255).overwrite(trimBlanks).optional(),
    email: EmailAddress.optional(),
    voided: Flag.optional(),
    deleted: Flag.optional(),
    installed: Flag.optional(),
    template: filledText(255).meta({ description: 'The id or the name of a template.' }).optional(),
    q: filledText(200)
      .meta({
        description:
          'Words; each must begin a word of the title, own ID or field values, or an email address.',
      })
      .optional(),
    metadata: z.record(z.string(), z.string()).optional(),
  }),
)
export type ListPassesQuery = z.infer<typeof ListPassesQuery>

/** `GET /api/events`: `after` is the id of the last event already received. */
export const ListEventsQuery = z.strictObject({
  type: z.enum(eventTypes).optional(),
  after: z
    .string()
    .regex(/^evt_[0-9a-z]{10}[0-9a-f]{14}$/, { error: 'must be the id of an event' })
    .optional(),
  limit: Limit,
})
export type ListEventsQuery = z.infer<typeof ListEventsQuery>

/** `GET /api/webhooks/<id>/deliveries`. */
export const ListDeliveriesQuery = z.strictObject({
  limit: Limit,
  cursor: z.string().max(500).optional(),
})
export type ListDeliveriesQuery = z.infer<typeof ListDeliveriesQuery>

/** Collects metadata filters: `{ 'metadata[a]': 'b' }` → `{ metadata: { a: 'b' } }`. */
function collectMetadata(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query
  const entries = Object.entries(query)
  const filters = entries.flatMap(([name, value]) => {
    const key = /^metadata\[(.+)\]$/s.exec(name)?.[1]
    return key === undefined ? [] : [[key, value] as const]
  })
  if (filters.length === 0) return query
  const others = entries.filter(([name]) => !/^metadata\[.+\]$/s.test(name))
  return { ...Object.fromEntries(others), metadata: Object.fromEntries(filters) }
}
