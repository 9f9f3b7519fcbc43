import { z } from 'zod'

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
