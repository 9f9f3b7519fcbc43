import { type Issue, toInvalidRequest } from '@passwright/shared'
import {
  explainIssue,
  formatPath,
  normalizePassRequest,
  PassRequest,
  passRules,
  toIssues,
} from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import { findPlanIssues } from '../../accounts/plans.ts'
import { findWalletIssues } from '../../apple/warnings/body-issues.ts'
import type { Context } from '../../context.ts'
import { findEmailIssues } from '../../email/queue.ts'
import type { FilledBody, FilledPlace } from '../../templates/filling/fill.ts'
import { findInput } from '../../templates/filling/values.ts'
import type { Input } from '../../templates/store/template.ts'

/**
 * Validates what a template makes of values as the body of a request; throws `invalid_request`, with
 * issues at `values.key` where a value is not right for its place. `valueIssues` are those of the values
 * themselves: with them only those of other values count, for what is missing spoils other places too.
 */
export function validateBody(
  ctx: Pick<Context, 'config'>,
  key: ApiKey,
  filled: FilledBody,
  inputs: readonly Input[],
  valueIssues: readonly Issue[] = [],
): PassRequest {
  const { request, issues } = checkBody(ctx, key, filled)
  if (request && issues.length + valueIssues.length === 0) return request
  const wrong = new Set(valueIssues.map(({ path }) => findInput(inputs, path.slice(VALUES.length))))
  const others = issues.filter(({ path }) => {
    const keys = findPlace(path, filled.places)?.keys ?? []
    return keys.length > 0 && keys.every((each) => !wrong.has(findInput(inputs, each)))
  })
  throw toInvalidRequest([
    ...valueIssues,
    ...(valueIssues.length === 0 ? issues : others).map((issue) =>
      toValueIssue(issue, filled.places, inputs),
    ),
  ])
}

const VALUES = 'values.'

function findPlace(path: string, places: readonly FilledPlace[]): FilledPlace | undefined {
  return places.find((each) => formatPath(each.path) === path)
}

/** Validates a filled body; the issues are at the fields of the body. */
export function checkBody(
  { config }: Pick<Context, 'config'>,
  key: ApiKey,
  { body }: Pick<FilledBody, 'body'>,
): { request: PassRequest | undefined; issues: Issue[] } {
  const normalized = normalizePassRequest(body)
  const parsed = PassRequest.safeParse(normalized, { error: explainIssue })
  const issues = [
    ...(parsed.error ? toIssues(parsed.error) : []),
    ...passRules.flatMap((rule) => rule(normalized)),
    ...findPlanIssues(key.plan, normalized),
    ...findWalletIssues(normalized),
    ...findEmailIssues(config, normalized.email, 'email'),
  ]
  const paths = issues.map(({ path }) => path)
  return {
    request: parsed.data,
    issues: issues.filter(({ path }, index) => paths.indexOf(path) === index),
  }
}

function toValueIssue(
  { path, message }: Issue,
  places: readonly FilledPlace[],
  inputs: readonly Input[],
): Issue {
  const [key] = findPlace(path, places)?.keys ?? []
  const input = key === undefined ? undefined : findInput(inputs, key)
  if (!input) return { path, message }
  const label = input.label === input.key ? '' : `(${input.label}) `
  return {
    path: `${VALUES}${input.key}`,
    message: `${label}is not right for ${path}, which ${message}`,
  }
}
