import { type Capability, fields, type Issue } from '@passwright/shared'
import { z } from 'zod'
import type { Config } from '../config.ts'

/** What a plan may do. */
interface PlanTerms {
  /** Passes a month under the given settings; null when unlimited. */
  limit(limits: Config['planLimits']): number | null
  may: readonly Capability[]
}

/** The one table of plans. */
export const plans = {
  free: { limit: (limits) => limits.free, may: [] },
  pro: { limit: (limits) => limits.pro, may: ['branding', 'locations'] },
  unlimited: { limit: () => null, may: ['branding', 'locations'] },
} as const satisfies Record<string, PlanTerms>

export type PlanName = keyof typeof plans
export const planNames = Object.keys(plans) as [PlanName, ...PlanName[]]

/** A plan's name as the database holds it. */
export const Plan = z.enum(planNames)

/** The fields of a body that the plan does not have, as issues. */
export function planIssues(plan: PlanName, body: Record<string, unknown>): Issue[] {
  const may: readonly Capability[] = plans[plan].may
  return fields
    .filter(({ path, needs }) => needs && !may.includes(needs) && body[path] !== undefined)
    .map(({ path }) => ({
      path,
      message: `is not part of the ${plan} plan; leave it out or use a key with the pro plan`,
    }))
}
