import { buildInputLabels, readValues } from '../../form/templateValues'
import type { OperationContext } from '../operation'
import { getTemplate } from '../template/templateLocator'

/** The template that the item selects, and the part of the request that fills it in. */
export interface FilledTemplate {
  templateId: string
  request: { template: string; values: Record<string, unknown> }
}

/**
 * Reads the values of one item for the template as it is now; errors about them name the inputs as the form does.
 * A `new` pass needs all required values; `either` may be one that has them.
 */
export async function fillTemplate(
  operation: OperationContext,
  pass: 'new' | 'either',
): Promise<FilledTemplate> {
  const { context, itemIndex, addHint, addLabels } = operation
  const { templateId, inputs } = await getTemplate(operation)
  addLabels(buildInputLabels(inputs))
  const { values, unused } = await readValues(context, itemIndex, inputs, pass)
  if (unused !== undefined) addHint(unused)
  return { templateId, request: { template: templateId, values } }
}
