import { routes } from '@passwright/shared'
import { z } from 'zod'
import { Email, EmailAddress } from '../email.ts'
import { PassDetails } from '../pass/pass.ts'
import { Delivery, Event } from '../webhook.ts'
import { defineOperation, keyProblems } from './operation.ts'

/** `?email=`, the address of the person. */
const ForgetPersonQuery = z.strictObject({ email: EmailAddress })

/** The same, and `cursor` for the next page of an export. */
const ExportPersonQuery = ForgetPersonQuery.extend({
  cursor: z.string().max(500).optional(),
})

/** An email with all that was asked for. */
const ExportedEmail = Email.extend({
  name: z.string().optional(),
  subject: z.string().optional(),
  message: z.string().optional(),
}).meta({ id: 'ExportedEmail' })

/** A delivery; what was sent is the event. */
const ExportedDelivery = Delivery.extend({ webhookId: z.string() }).meta({
  id: 'ExportedDelivery',
})

/** The reply of `GET /api/people`: a page of passes with all that is held about them. */
export const PersonExport = z
  .strictObject({
    email: z.string(),
    passes: z.array(
      PassDetails.extend({
        message: z.string().nullable().meta({ description: 'The last message to its holder.' }),
      }),
    ),
    emails: z.array(ExportedEmail),
    events: z.array(Event),
    deliveries: z.array(ExportedDelivery),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  })
  .meta({ id: 'PersonExport' })
export type PersonExport = z.infer<typeof PersonExport>

/** The reply of `DELETE /api/people`: what was forgotten, to be filed. */
export const ForgottenPerson = z
  .strictObject({
    passes: z.int().meta({ description: 'The passes that are voided and blanked.' }),
    emails: z.int().meta({ description: 'The emails that are deleted.' }),
    deliveries: z.int().meta({ description: 'The webhook deliveries that are deleted.' }),
    wallets: z
      .strictObject({ apple: z.int(), google: z.int() })
      .meta({ description: 'On how many devices and in which wallets the passes are blanked.' }),
    pending: z.int().meta({
      description: 'Of these passes, how many a job is still to blank; 0 when all is done.',
    }),
  })
  .meta({ id: 'ForgottenPerson' })
export type ForgottenPerson = z.infer<typeof ForgottenPerson>

/** What is held of a person, by email address: exporting and forgetting it. */
export const peopleOperations = {
  exportPerson: defineOperation({
    route: routes.exportPerson,
    summary: 'Export all that is held of a person',
    auth: 'apiKey',
    scope: 'people',
    query: ExportPersonQuery,
    replies: {
      200: {
        description: 'Passes, emails, events and deliveries; nextCursor is null on the last page.',
        body: { json: PersonExport },
      },
    },
    largeReply: true,
    problems: ['invalid_request', 'not_found', 'overloaded', ...keyProblems],
  }),
  forgetPerson: defineOperation({
    route: routes.forgetPerson,
    summary: 'Forget a person: void and blank the passes, delete everything else',
    auth: 'apiKey',
    scope: 'people',
    query: ForgetPersonQuery,
    replies: {
      200: { description: 'The person is forgotten.', body: { json: ForgottenPerson } },
    },
    problems: ['invalid_request', 'not_found', ...keyProblems],
  }),
} as const
