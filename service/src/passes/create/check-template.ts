import { Problem, toInvalidRequest } from '@passwright/shared'
import type { ApiKey } from '../../accounts/api-key.ts'
import type { Context } from '../../context.ts'
import { buildSampleValues } from '../../templates/filling/samples.ts'
import type { ResolvedTemplate } from '../../templates/templates.ts'
import { composeBody } from '../from-template/compose.ts'
import { checkBody } from '../from-template/validate.ts'
import { dryRunPass } from './dry-run.ts'

/**
 * Checks a template by the pass that its samples make: images are fetched, the file is built and verified.
 * Throws what creating that pass would throw, with the issues at places in `pass`.
 */
export async function checkTemplate(
  ctx: Context,
  key: ApiKey,
  { pass, inputs }: Pick<ResolvedTemplate, 'pass' | 'inputs'>,
): Promise<void> {
  const values = buildSampleValues(pass, inputs)
  const filled = composeBody({ pass, inputs }, { values, beside: {} })
  const { request, issues } = checkBody(ctx, key, filled)
  if (!request || issues.length > 0) throw toInvalidRequest(issues.map(toPassIssue))
  const { externalId: _, email: __, ...sample } = request
  try {
    await dryRunPass(ctx, key, sample, {})
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    // It says nothing of the template that no pass can be signed at present.
    if (error.code === 'certificate_expired') return
    throw error.issues ? toInvalidRequest(error.issues.map(toPassIssue)) : error
  }
}

function toPassIssue({ path, message }: { path: string; message: string }) {
  return { path: path === '' ? 'pass' : `pass.${path}`, message }
}
