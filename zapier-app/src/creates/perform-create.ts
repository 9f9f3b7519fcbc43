import { type CreateOptions, isEmpty, isObject, type MadePass } from '@passwright/shared'
import type { Bundle, PlainOutputField, ZObject } from 'zapier-platform-core'
import { readForm } from '../form-values.ts'
import { buildIdempotencyKey } from '../idempotency-key.ts'
import {
  listPhoneWarnings,
  passFieldsWithId,
  passSample,
  toPassOutput,
  toWarnings,
  warningsField,
} from '../pass-output.ts'
import { fillTemplate, hasTemplate } from '../template-values.ts'
import { callService } from '../transport.ts'

/**
 * Creates a pass, or updates the one with the same external ID, on which what is empty stays as it is
 * unless `onExisting` says otherwise. Without an external ID, the idempotency key keeps a repeated
 * request from creating a second pass. With one, a repeat changes nothing, and the email is sent only
 * when the pass is new unless the user chose otherwise.
 */
export async function performCreate(
  z: ZObject,
  bundle: Bundle,
  onExisting: CreateOptions['onExisting'] = 'merge',
) {
  const isUpsert = !isEmpty(bundle.inputData.externalId)
  const isMerge = isUpsert && onExisting === 'merge'
  const { email, ...pass } = readForm(z, bundle, { pass: isMerge ? 'either' : 'new' })
  const isSent = isObject(email)
  const body = {
    ...pass,
    ...(isSent && { email: isUpsert ? { when: 'created', ...email } : email }),
  }
  const labels = {}
  return callService(
    z,
    bundle,
    async (client) => {
      const filled = hasTemplate(bundle)
        ? await fillTemplate(z, bundle, client, labels, isMerge ? 'either' : 'new')
        : undefined
      const request = filled
        ? { template: filled.template.templateId, values: filled.values, ...body }
        : body
      const options = isUpsert
        ? { onExisting }
        : { idempotencyKey: buildIdempotencyKey(z, bundle, 'create', request) }
      const made = await client.createPass(request, options)
      return toMadeOutput(z, made, isSent ? email.to : undefined, filled?.warnings)
    },
    labels,
  )
}

function toMadeOutput(z: ZObject, made: MadePass, to: unknown, more: string[] = []) {
  const email = made.email && { ...made.email, ...(typeof to === 'string' && { to }) }
  const { outcome, voided, warnings } = made
  const staysVoid = voided && outcome !== 'created' ? [staysVoidWarning] : []
  const output = toPassOutput(z, { ...made, ...(email && { email }) })
  const phones = outcome === 'updated' ? listPhoneWarnings(made) : []
  return { ...output, outcome, warnings: toWarnings(warnings, ...more, ...staysVoid, ...phones) }
}

const staysVoidWarning =
  'This pass is void and stays void: use Reactivate Pass to make it valid again'

/** The output of a step that creates a pass. */
export const madePassFields: PlainOutputField[] = [
  ...passFieldsWithId,
  { key: 'outcome', label: 'Outcome', type: 'string' },
  warningsField,
]

/** The sample of a step that creates a pass. */
export const madePassSample = { ...passSample, outcome: 'created', warnings: '' }
