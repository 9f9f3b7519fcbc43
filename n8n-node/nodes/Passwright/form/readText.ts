import type { IExecuteFunctions } from 'n8n-workflow'
import { isEmpty, trimBlanks } from '../portable/forms/blanks'

/** Reads a parameter that holds one line, such as an ID: without blanks around it, undefined if it is empty. */
export function readText(
  context: Pick<IExecuteFunctions, 'getNodeParameter'>,
  name: string,
  itemIndex: number,
): string | undefined {
  return toText(context.getNodeParameter(name, itemIndex, ''))
}

/** Converts a value of a form to a text without blanks around it; undefined if it is empty. */
export function toText(value: unknown): string | undefined {
  return isEmpty(value) ? undefined : trimBlanks(String(value))
}
