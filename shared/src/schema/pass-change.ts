import { z } from 'zod'
import { Pass } from './pass.ts'

/**
 * The body of `PATCH`: a JSON merge patch (RFC 7396) on what the pass says, `null` removes. What comes
 * of it is judged like any other pass.
 */
export const PassPatch = z
  .record(z.string(), z.unknown())
  .meta({ id: 'PassPatch', description: 'A JSON merge patch (RFC 7396); null removes a field.' })
export type PassPatch = z.infer<typeof PassPatch>

const told = Pass.pick({ serialNumber: true, lastUpdated: true }).extend({
  notifiedDevices: z
    .int()
    .meta({ description: 'Registered devices for which a push was written down.' }),
})

/** What a change is answered with. */
export const ChangedPass = told.extend({ unchanged: z.boolean() }).meta({ id: 'ChangedPass' })
export type ChangedPass = z.infer<typeof ChangedPass>

/** What voiding and its undoing are answered with. */
export const VoidedPass = told
  .extend({ voided: z.boolean(), unchanged: z.boolean() })
  .meta({ id: 'VoidedPass' })
export type VoidedPass = z.infer<typeof VoidedPass>

/** What deleting is answered with. */
export const DeletedPass = told
  .extend({ deleted: z.literal(true), alreadyDeleted: z.literal(true).optional() })
  .meta({ id: 'DeletedPass' })
export type DeletedPass = z.infer<typeof DeletedPass>
