import { buildRequest, type Form } from '../../form/buildRequest'
import type { FormGroup } from '../../portable/field'
import { toPassFileName } from '../../portable/file-name'
import { buildIdempotencyKey } from '../../shared/idempotencyKey'
import {
  buildOptions,
  idempotencyKeyOption,
  itemsAtOnce,
  moreJson,
  type OperationContext,
} from '../operation'
import { fileNameOption, outputField, toFileOutput } from './passFile'

/** The fields at the top level of a form: what most passes need. */
export const basicFields = ['title', 'label', 'value', 'barcodeValue', 'barcodeFormat'] as const

/** The collections with the design and the content of a pass. */
export const designGroups: readonly FormGroup[] = ['look', 'fields', 'barcode', 'whenAndWhere']

/** The last parameters of every operation that creates a pass. */
export const fileAndOptions = [
  outputField,
  buildOptions([fileNameOption, idempotencyKeyOption, itemsAtOnce, moreJson]),
]

/** Creates a pass, or updates the one with the same external ID, from the form and `additions` to the request. */
export async function createPass(operation: OperationContext, form: Form, additions: object = {}) {
  const { context, client, itemIndex } = operation
  const body = { ...(await buildRequest(context, itemIndex, form)), ...additions }
  const { title, logoText } = body as { title?: unknown; logoText?: unknown }
  const pass = await client.createPass(body, buildIdempotencyKey(context, itemIndex, body))
  return toFileOutput(operation, pass, toPassFileName(String(title ?? logoText ?? '')))
}
