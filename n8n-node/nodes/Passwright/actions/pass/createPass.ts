import type { INodeProperties } from 'n8n-workflow'
import { buildRequest, type Form } from '../../form/buildRequest'
import { findUnusedColumns } from '../../form/columns'
import type { MadePass, OnExistingPass } from '../../portable/api/passes'
import type { FormGroup } from '../../portable/fields/field'
import { type FormValues, isObject } from '../../portable/forms/assemble'
import { buildIdempotencyKey } from '../../shared/idempotencyKey'
import {
  buildOptions,
  idempotencyKeyOption,
  itemsAtOnce,
  moreJson,
  type OperationContext,
  type OperationOutput,
} from '../operation'
import { addPhoneWarning, hintAtWarnings } from './changedPass'
import { fileNameOption, outputField, toFileOutput } from './passFile'

/** The fields at the top level of a form: what most passes need. */
export const basicFields = [
  'style',
  'transitType',
  'title',
  'label',
  'value',
  'barcodeValue',
  'barcodeFormat',
  'barcodeAltText',
] as const

/** The collections with the design and the content of a pass. */
export const designGroups: readonly FormGroup[] = ['look', 'images', 'fields', 'whenAndWhere']

/** The collections of a form that creates a pass. */
export const createGroups: readonly FormGroup[] = [...designGroups, 'email', 'reference', 'apple']

/** Builds the last parameters of an operation that creates a pass. */
export function buildFileAndOptions(more: INodeProperties[] = []): INodeProperties[] {
  return [
    outputField,
    buildOptions([fileNameOption, idempotencyKeyOption, itemsAtOnce, moreJson, ...more]),
  ]
}

/** How a create call treats a pass that has the own ID already. */
export interface ExistingPass {
  onExisting?: OnExistingPass
  /** When the email is sent, unless the form says so. */
  sendWhen?: 'created'
}

/** Creates a pass from the form, or updates the one with the same own ID; `filled` is the template with its values. */
export async function createPass(
  operation: OperationContext,
  form: Form,
  { onExisting, sendWhen }: ExistingPass = {},
  filled: object = {},
): Promise<OperationOutput> {
  const { context, client, itemIndex, addHint } = operation
  const unused = form.takesColumns ? findUnusedColumns(context, itemIndex) : undefined
  if (unused !== undefined) addHint(unused)
  const request: FormValues = { ...filled, ...(await buildRequest(context, itemIndex, form)) }
  const body = addSendWhen(request, sendWhen)
  const idempotencyKey = buildIdempotencyKey(context, itemIndex, body)
  const made = await client.createPass(body, { idempotencyKey, onExisting })
  hintAtWarnings(operation, made)
  const { applePass, ...pass } = addVoidWarning(operation, made)
  const unchanged = pass.outcome !== 'updated'
  const json = { ...pass, ...addPhoneWarning(pass, { ...pass, unchanged }) }
  const file = { bytes: Buffer.from(applePass, 'base64'), fileName: pass.fileName }
  return toFileOutput(operation, json, file)
}

function addSendWhen(request: FormValues, sendWhen: ExistingPass['sendWhen']): FormValues {
  const { email } = request
  return isObject(email) && sendWhen ? { ...request, email: { when: sendWhen, ...email } } : request
}

const voidHint =
  'A pass was void before and stays void, as the warnings in its item say. Use Reactivate to make it valid again.'

/** A pass that was void before stays so, which is easily missed. */
function addVoidWarning({ addHint }: OperationContext, pass: MadePass): MadePass {
  if (!pass.voided) return pass
  addHint(voidHint)
  const message = 'is void and stays void; use Reactivate to make the pass valid again'
  return { ...pass, warnings: [...(pass.warnings ?? []), { path: 'voided', message }] }
}
