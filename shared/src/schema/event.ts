import { eventTypes } from '@passwright/shared'
import { z } from 'zod'
import { Pass } from './pass.ts'

/** One stored event; `data` is the pass as it was then. */
export const Event = z
  .strictObject({
    id: z.string(),
    type: z.enum(eventTypes),
    timestamp: z.iso.datetime({ precision: 3 }),
    data: Pass,
  })
  .meta({ id: 'Event' })
export type Event = z.infer<typeof Event>
