import { z } from 'zod'
import { styles } from '../apple/tables.ts'
import { PassEmail, QueuedEmail } from '../email.ts'
import { Timestamp } from '../primitives.ts'
import { PassTemplate } from '../template.ts'

/** A pass as `GET /api/passes/<serial>` returns it. */
export const Pass = z
  .strictObject({
    serialNumber: z.string(),
    externalId: z.string().nullable(),
    title: z.string().meta({
      description:
        'What a person would call the pass: its title, logo text or first primary value.',
    }),
    subtitle: z.string().nullable().meta({
      description:
        'What tells passes of one title apart: `value`, else the first other value of its front. One line of at most 64 characters.',
    }),
    barcodeValue: z.string().nullable(),
    expirationDate: Timestamp.nullable(),
    shareUrl: z.url(),
    downloadUrl: z.url(),
    fileName: z.string(),
    googleSaveUrl: z.url().nullable().meta({
      description: 'The link that adds the pass to Google Wallet; null while that is off.',
    }),
    style: z.enum(styles),
    voided: z.boolean(),
    createdAt: Timestamp,
    lastUpdated: Timestamp,
    installs: z.int(),
    metadata: z.record(z.string(), z.string()),
    template: PassTemplate.optional(),
    email: PassEmail.optional(),
    deletedAt: Timestamp.optional(),
  })
  .meta({ id: 'Pass' })
export type Pass = z.infer<typeof Pass>

/** One pass with all that it says, as `GET /api/passes/<serial>` returns it. */
export const PassDetails = Pass.extend({
  pass: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What the pass says, as a body of POST /api/passes.' }),
  values: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .optional()
    .meta({ description: 'What its template was filled with; absent without a template.' }),
}).meta({ id: 'PassDetails' })
export type PassDetails = z.infer<typeof PassDetails>

/** What a create call did; `kept` and `unchanged` leave the pass with this `externalId` as it was. */
export const outcomes = ['created', 'updated', 'unchanged', 'kept'] as const
export type Outcome = (typeof outcomes)[number]

/** What was accepted, but a wallet will not show as requested; absent when there is nothing. */
const warnings = z
  .array(z.strictObject({ path: z.string(), message: z.string() }))
  .meta({
    description:
      'What was accepted, but Wallet or, while it is on, Google Wallet will not show as requested.',
  })
  .optional()

/** The reply to a create call: the pass with its file in base64. */
export const MadePass = Pass.omit({ email: true, deletedAt: true })
  .extend({
    outcome: z.enum(outcomes),
    applePass: z.base64(),
    email: QueuedEmail.optional(),
    warnings,
  })
  .meta({ id: 'MadePass' })
export type MadePass = z.infer<typeof MadePass>

/** The reply to a create call with `?dryRun=true`. */
export const DryRun = z
  .strictObject({
    valid: z.literal(true),
    warnings: z.array(z.strictObject({ path: z.string(), message: z.string() })).meta({
      description:
        'What would be accepted, but Wallet or, while it is on, Google Wallet would not show as requested.',
    }),
  })
  .meta({ id: 'DryRun' })
export type DryRun = z.infer<typeof DryRun>

const changeReply = Pass.pick({ serialNumber: true, lastUpdated: true }).extend({
  notifiedDevices: z
    .int()
    .meta({ description: 'The number of registered devices that a push was queued for.' }),
})

/** The reply to an update. */
export const ChangedPass = changeReply
  .extend({ unchanged: z.boolean(), warnings })
  .meta({ id: 'ChangedPass' })
export type ChangedPass = z.infer<typeof ChangedPass>

/** The reply to voiding a pass and to undoing it. */
export const VoidedPass = changeReply
  .extend({ voided: z.boolean(), unchanged: z.boolean() })
  .meta({ id: 'VoidedPass' })
export type VoidedPass = z.infer<typeof VoidedPass>

/** The reply to deleting a pass. */
export const DeletedPass = changeReply
  .extend({ deleted: z.literal(true), alreadyDeleted: z.literal(true).optional() })
  .meta({ id: 'DeletedPass' })
export type DeletedPass = z.infer<typeof DeletedPass>
