import { type Form, requestOf } from '../../form/answers'
import type { Group } from '../../portable/field'
import { passFileName } from '../../portable/file-name'
import { idempotencyKey } from '../../shared/idempotencyKey'
import { idempotencyKeyOption, itemsAtOnce, moreJson, options, type Step } from '../operation'
import { fileNameOption, madePass, outputField } from './passFile'

/** What a first pass needs. */
export const firstFields = ['title', 'label', 'value', 'barcodeValue', 'barcodeFormat'] as const

/** What else a pass can say. */
export const furtherGroups: readonly Group[] = ['look', 'fields', 'barcode', 'whenAndWhere']

/** The end of every form that makes a pass. */
export const fileAndOptions = [
  outputField,
  options([fileNameOption, idempotencyKeyOption, itemsAtOnce, moreJson]),
]

/** Makes a pass of what the form says, and `more`. */
export async function makePass(step: Step, form: Form, more: object = {}) {
  const { context, client, itemIndex } = step
  const body = { ...(await requestOf(context, itemIndex, form)), ...more }
  const { title, logoText } = body as { title?: unknown; logoText?: unknown }
  const made = await client.createPass(body, idempotencyKey(context, itemIndex, body))
  return madePass(step, made, passFileName(String(title ?? logoText ?? '')))
}
