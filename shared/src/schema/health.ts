import { z } from 'zod'

/** What `GET /health` answers. */
export const Health = z
  .strictObject({ status: z.literal('ok'), version: z.string() })
  .meta({ id: 'Health' })
export type Health = z.infer<typeof Health>

/** What `GET /ready` answers: who signs, and what an operator should look after. */
export const Readiness = z
  .strictObject({
    status: z.literal('ready'),
    identity: z.strictObject({
      passTypeIdentifier: z.string(),
      /** True while our own throwaway certificate signs; iPhones refuse such passes. */
      development: z.boolean(),
      expiresAt: z.iso.datetime({ precision: 3 }),
    }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Readiness' })
export type Readiness = z.infer<typeof Readiness>
