import { z } from 'zod'
import { EmailAddress } from './email.ts'

/** What `GET /api/auth/usage` answers; `limit` and `remaining` are null when unlimited. */
export const Usage = z
  .strictObject({
    count: z.int(),
    limit: z.int().nullable(),
    remaining: z.int().nullable(),
    resetDate: z.iso.datetime({ precision: 3 }),
    plan: z.enum(['free', 'pro', 'unlimited']),
    name: z.string(),
  })
  .meta({ id: 'Usage' })
export type Usage = z.infer<typeof Usage>

/** The body of `POST /api/keys/request`. */
export const KeyRequest = z
  .strictObject({ email: EmailAddress.meta({ examples: ['ada@example.com'] }) })
  .meta({ id: 'KeyRequest' })

/** Its answer, the same whether the address is known or not. */
export const KeyRequestTaken = z.strictObject({ message: z.string() })
