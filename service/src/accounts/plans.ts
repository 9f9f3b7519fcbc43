import { type Capability, fields, type Issue, Problem } from '@passwright/shared'
import { z } from 'zod'
import type { Config } from '../config.ts'

/** What a plan may do. */
interface PlanDefinition {
  /** Passes a month under the given settings; null when unlimited. */
  limit(limits: Config['planLimits']): number | null
  features: readonly Feature[]
}

/** What a plan may have: fields that need it, and operations. */
type Feature = Capability | 'webhooks'

/** The one table of plans. */
export const plans = {
  free: { limit: (limits) => limits.free, features: [] },
  pro: { limit: (limits) => limits.pro, features: ['branding', 'locations', 'webhooks'] },
  unlimited: { limit: () => null, features: ['branding', 'locations', 'webhooks'] },
} as const satisfies Record<string, PlanDefinition>

export type PlanName = keyof typeof plans
export const planNames = Object.keys(plans) as [PlanName, ...PlanName[]]

/** A plan's name as the database holds it. */
export const Plan = z.enum(planNames)

/** The fields of a body that the plan does not have, as issues; `null` in a merge patch takes one away, which anybody may. */
export function findPlanIssues(plan: PlanName, body: Record<string, unknown>): Issue[] {
  const may = getFeatures(plan)
  return fields
    .filter(({ path, needs }) => needs && !may.includes(needs) && (body[path] ?? null) !== null)
    .map(({ path }) => ({
      path,
      message: `is not part of the ${plan} plan; leave it out or use a key with the pro plan`,
    }))
}

/** Tells whether a plan has it. */
export function planAllows(plan: PlanName, ability: Feature): boolean {
  return getFeatures(plan).includes(ability)
}

/** Throws `plan_required` when the plan does not have it. */
export function assertPlanAllows(plan: PlanName, ability: Feature): void {
  if (planAllows(plan, ability)) return
  const able = planNames.filter((name) => planAllows(name, ability)).join(' or ')
  throw new Problem(
    'plan_required',
    `The ${plan} plan has no ${ability}; use a key with the plan ${able}`,
  )
}

function getFeatures(plan: PlanName): readonly Feature[] {
  return plans[plan].features
}
