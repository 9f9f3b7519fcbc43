import {
  type Client,
  type FormValues,
  findTemplateInput,
  isEmpty,
  isObject,
  readTemplateValues,
  type TemplateSummary,
  toInputLabel,
  trimBlanks,
} from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { findTemplate, fromInputKey, templateValues } from './template-fields.ts'
import { getTimeZone } from './time-zone.ts'
import type { PassFile } from './transport.ts'

/** The template of a step with the values of this run, and what of them the template does not take any more. */
export interface FilledTemplate {
  template: TemplateSummary
  values: Record<string, unknown>
  warnings: string[]
}

/** Whether a step works with a template. */
export function hasTemplate({ inputData }: Bundle): boolean {
  return !isEmpty(inputData.template)
}

/**
 * Reads the values of a run for the template of the step as it is now; `labels` get what the form calls
 * its inputs. An input that the template lost since the Zap was made says nothing any more.
 */
export async function fillTemplate(
  z: ZObject,
  bundle: Bundle,
  client: Client<PassFile>,
  labels: Record<string, string>,
): Promise<FilledTemplate> {
  const asked = trimBlanks(String(bundle.inputData.template))
  const { templates } = await client.listTemplates()
  const template = findTemplate(templates, asked)
  if (!template) {
    throw new z.errors.Error(
      `There is no template "${asked}": it was deleted, or it belongs to another API key. Choose a template again in this step.`,
      'template_not_found',
      400,
    )
  }
  const { inputs } = template
  for (const input of inputs) labels[`values.${input.key}`] = toInputLabel(input)
  const typed = listTypedValues(bundle.inputData)
  const lost = typed.filter(([key, value]) => !isEmpty(value) && !findTemplateInput(key, inputs))
  const known = typed.filter(([key]) => findTemplateInput(key, inputs))
  const dictionary = bundle.inputData[templateValues]
  const given: FormValues = {
    ...(isObject(dictionary) ? dictionary : {}),
    ...Object.fromEntries(known),
  }
  return {
    template,
    values: readTemplateValues(given, inputs, getTimeZone(bundle)),
    warnings: lost.map(([key]) => `The template has no input "${key}" any more: it was left out`),
  }
}

function listTypedValues(inputData: FormValues): [string, unknown][] {
  return Object.entries(inputData).flatMap(([inputKey, value]): [string, unknown][] => {
    const key = fromInputKey(inputKey)
    return key === undefined ? [] : [[key, value]]
  })
}
