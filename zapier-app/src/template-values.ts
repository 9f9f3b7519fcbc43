import {
  type Client,
  type FormValues,
  isEmpty,
  isObject,
  readTemplateValues,
  type TemplateSummary,
  toInputLabel,
  trimBlanks,
} from '@passwright/shared'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { findTemplate, inputPrefix, templateValues, toInputKey } from './template-fields.ts'
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
 * its inputs. An input that the template lost since the Zap was made says nothing any more. A `new` pass
 * needs all required values; `either` may be one that has them.
 */
export async function fillTemplate(
  z: ZObject,
  bundle: Bundle,
  client: Client<PassFile>,
  labels: Record<string, string>,
  pass: 'new' | 'either',
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
  const { inputData } = bundle
  const dictionary = inputData[templateValues]
  const given = { ...(isObject(dictionary) ? dictionary : {}), ...readInputs(inputData, inputs) }
  return {
    template,
    values: readTemplateValues(given, inputs, getTimeZone(bundle), pass),
    warnings: listLostKeys(inputData, inputs).map(
      (key) => `The template has no input "${key}" any more: its value was left out`,
    ),
  }
}

/** Reads the inputs of the form: each by its key, or by one that it had when the Zap was made. */
function readInputs(inputData: FormValues, inputs: TemplateSummary['inputs']): FormValues {
  const typed = inputs.map((input): [string, unknown] => {
    const values = listKeys(input).map((key) => inputData[key])
    return [input.key, values.find((value) => !isEmpty(value))]
  })
  return Object.fromEntries(typed.filter(([, value]) => value !== undefined))
}

function listLostKeys(inputData: FormValues, inputs: TemplateSummary['inputs']): string[] {
  const known = inputs.flatMap(listKeys)
  return Object.entries(inputData)
    .filter(([key, value]) => key.startsWith(inputPrefix) && !isEmpty(value))
    .filter(([key]) => !known.includes(key))
    .map(([key]) => key.slice(inputPrefix.length))
}

function listKeys({ key, aliases = [] }: TemplateSummary['inputs'][number]): string[] {
  return [key, ...aliases].map(toInputKey)
}
