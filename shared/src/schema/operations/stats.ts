import { routes, type StatsCounter, statsCounters } from '@passwright/shared'
import { z } from 'zod'
import { isDate, isInstant } from '../dates.ts'
import { filledText } from '../primitives.ts'
import { defineOperation, keyProblems } from './operation.ts'

/** The most rows of a reply. */
export const MAX_STATS_ROWS = 400

/** A UTC day, also as an instant of it. */
const Day = z
  .string()
  .refine(isDate, { error: 'must be a day such as 2027-01-15' })
  .overwrite((value) => (isInstant(value) ? new Date(value).toISOString().slice(0, 10) : value))

export const StatsPeriod = z.enum(['day', 'week', 'month'])
export type StatsPeriod = z.infer<typeof StatsPeriod>

/** `GET /api/stats`: both days are included. */
export const StatsQuery = z.strictObject({
  template: filledText(100)
    .meta({ description: 'The id or the name of a template: only its passes count.' })
    .optional(),
  from: Day.meta({
    description:
      'The first UTC day. Without it the reply has the latest 30 days, 12 weeks or 12 months.',
  }).optional(),
  to: Day.meta({ description: 'The last UTC day; today when absent.' }).optional(),
  by: StatsPeriod.default('day').meta({ description: 'A week begins on Monday.' }),
  format: z.enum(['json', 'csv']).default('json'),
})
export type StatsQuery = z.infer<typeof StatsQuery>

const Count = z.int().min(0)

const counters: Record<StatsCounter, string> = {
  created: 'Passes that were created.',
  mailed: 'Emails that a mail server accepted.',
  mailFailed: 'Emails that were given up.',
  opened: 'Visits of share pages.',
  downloaded: 'Passes downloaded from their share page, each once a day.',
  installedApple: 'Passes added to Apple Wallet.',
  installedGoogle: 'Passes added to Google Wallet.',
  removed: 'Passes removed from a wallet.',
  voided: 'Passes that were voided.',
}

/** What happened in one period. */
export const StatsRow = z
  .strictObject({
    from: z.string().meta({ description: 'The first UTC day that the row counts.' }),
    ...(Object.fromEntries(
      statsCounters.map((name) => [name, Count.meta({ description: counters[name] })]),
    ) as Record<StatsCounter, typeof Count>),
  })
  .meta({ id: 'StatsRow' })

export const Stats = z
  .strictObject({
    rows: z.array(StatsRow),
    now: z.strictObject({
      living: Count.meta({
        description: 'Passes that are neither voided, expired nor deleted.',
      }),
      installed: Count.meta({ description: 'Those of them that are in a wallet.' }),
      neverInstalled: Count.meta({ description: 'Those of them that never were in one.' }),
    }),
  })
  .meta({ id: 'Stats' })
export type Stats = z.infer<typeof Stats>

/** What happened to the passes of a key, in figures that hold no personal data. */
export const statsOperations = {
  getStats: defineOperation({
    route: routes.getStats,
    summary: 'Get what happened to the passes, by day, week or month',
    auth: 'apiKey',
    scope: 'read',
    query: StatsQuery,
    replies: {
      200: {
        description: 'One row for each period, also where nothing happened; as CSV on request.',
        body: { json: Stats, text: ['text/csv'] },
      },
    },
    problems: ['invalid_request', ...keyProblems],
  }),
} as const
