import {
  fields,
  type Issue,
  type ItemField,
  isObject,
  type PlanFeature,
  Problem,
} from '@passwright/shared'
import { findFeatures, passJsonShape } from '@passwright/shared/schema'
import { z } from 'zod'
import type { Context } from '../context.ts'

/** The limits and features of a plan. */
interface PlanDefinition {
  /** Passes per month under the settings; null when unlimited. */
  limit(limits: Context['config']['planLimits']): number | null
  /** Emails per day (UTC) under the settings. */
  emailLimit(limits: Context['config']['mailDailyLimits']): number
  features: readonly Feature[]
}

/** A feature of plans: a group of pass fields or of operations. */
export type Feature = PlanFeature | 'webhooks'

/** All plans. */
export const plans = {
  free: { limit: ({ free }) => free, emailLimit: ({ free }) => free, features: [] },
  pro: {
    limit: ({ pro }) => pro,
    emailLimit: ({ others }) => others,
    features: ['branding', 'locations', 'emailTexts', 'webhooks'],
  },
  unlimited: {
    limit: () => null,
    emailLimit: ({ others }) => others,
    features: ['branding', 'locations', 'emailTexts', 'webhooks'],
  },
} as const satisfies Record<string, PlanDefinition>

export type PlanName = keyof typeof plans
export const planNames = Object.keys(plans) as [PlanName, ...PlanName[]]

/** The schema of a plan's name in the database. */
export const Plan = z.enum(planNames)

/**
 * Finds the fields of a body that the plan does not have, also inside its objects, as issues. `rows`
 * are the fields that the body has. `null` is no issue: in a merge patch it removes the field, which
 * every plan may do.
 */
export function findPlanIssues(
  plan: PlanName,
  body: Record<string, unknown>,
  rows: readonly PlanField[] = fields,
): Issue[] {
  const features = getFeatures(plan)
  // Apple's own keys are the same features under another name.
  const inApple = rows === fields ? findFeatures(passJsonShape, body.apple, 'apple') : []
  const appleIssues = inApple.flatMap(({ path, feature }) =>
    features.includes(feature) ? [] : [toPlanIssue(plan, path)],
  )
  const fieldIssues = rows.flatMap(({ path, requiredFeature, items = [] }): Issue[] => {
    const value = body[path] ?? null
    if (value === null) return []
    if (requiredFeature && !features.includes(requiredFeature)) return [toPlanIssue(plan, path)]
    if (!isObject(value)) return []
    return findPlanIssues(plan, value, items).map((issue) => ({
      ...issue,
      path: `${path}.${issue.path}`,
    }))
  })
  return [...fieldIssues, ...appleIssues]
}

/** What the rows of a pass's fields and those of an object inside it have in common. */
type PlanField = Pick<ItemField, 'path' | 'requiredFeature'> & { items?: readonly ItemField[] }

function toPlanIssue(plan: PlanName, path: string): Issue {
  return {
    path,
    message: `is not part of the ${plan} plan; leave it out or use a key with the pro plan`,
  }
}

/** Whether a plan has a feature. */
export function planAllows(plan: PlanName, feature: Feature): boolean {
  return getFeatures(plan).includes(feature)
}

/** Throws `plan_required` when a plan does not have a feature. */
export function assertPlanAllows(plan: PlanName, feature: Feature): void {
  if (planAllows(plan, feature)) return
  const plansWithFeature = planNames.filter((name) => planAllows(name, feature)).join(' or ')
  throw new Problem(
    'plan_required',
    `The ${plan} plan has no ${feature}; use a key with the plan ${plansWithFeature}`,
  )
}

function getFeatures(plan: PlanName): readonly Feature[] {
  return plans[plan].features
}
