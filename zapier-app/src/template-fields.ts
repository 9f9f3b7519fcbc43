import {
  isEmpty,
  type TemplateInput,
  type TemplateSummary,
  toInputLabel,
  trimBlanks,
} from '@passwright/shared'
import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { callService } from './transport.ts'

/** The input field that selects a template: its inputs follow in the form. */
export const templateDropdown: PlainInputField = {
  key: 'template',
  label: 'Template',
  type: 'string',
  dynamic: 'template_list.id.name',
  altersDynamicFields: true,
  helpText:
    'A design that your service keeps: choose one, and this form asks only for its inputs. Leave empty to design the pass here.',
  group: 'template',
}

/** The key of the dictionary with values of a template that is known only when the Zap runs. */
export const templateValues = 'templateValues'

/** The first letters of the keys of inputs in the form. */
export const inputPrefix = 'input_'

/**
 * The key of an input in the form. It stays the same when the label of the input changes; a character
 * that Zapier allows in no key is written as its number: `valid-until` is `input_valid_2d_until`.
 */
export function toInputKey(key: string): string {
  const encode = (character: string) => `_${character.codePointAt(0)?.toString(16)}_`
  return inputPrefix + key.replace(/[^A-Za-z0-9_]/gu, encode)
}

/** Finds a template by its ID, or else by its name. */
export function findTemplate(
  templates: readonly TemplateSummary[],
  idOrName: string,
): TemplateSummary | undefined {
  return (
    templates.find(({ templateId }) => templateId === idOrName) ??
    templates.find(({ name }) => name === idOrName)
  )
}

/** Builds the input fields for the inputs of the chosen template; those that a `new` pass needs are required. */
export async function buildTemplateFields(
  z: ZObject,
  bundle: Bundle,
  pass: 'new' | 'existing',
): Promise<PlainInputField[]> {
  const asked = trimBlanks(String(bundle.inputData.template))
  const { templates } = await callService(z, bundle, (client) => client.listTemplates())
  const template = findTemplate(templates, asked)
  if (!template) return [missingNotice, valuesDictionary]
  return template.inputs.map((input) => toInputField(input, pass === 'new'))
}

/** A template that is mapped from an earlier step is not known while the Zap is made. */
const valuesDictionary: PlainInputField = {
  key: templateValues,
  label: 'Template Values',
  dict: true,
  helpText: 'The values by the keys of the inputs, for a template that an earlier step chooses.',
  group: 'template',
}

const missingNotice: PlainInputField = {
  key: 'templateNotice',
  label: 'Template Not Found',
  type: 'copy',
  helpText:
    'Your service has no template with this ID or name: it may be deleted. Choose one from the list, or fill in the values below if an earlier step chooses it.',
  group: 'template',
}

/** What to write, by type of input. */
const typeHelp: Partial<Record<string, string>> = {
  number: 'A number, such as `48.2` or `48,2`.',
  date: 'Write `2027-03-05`, or `2027-03-05T18:00` in the time zone of your account.',
  image: 'The address of a PNG, JPEG or WebP image.',
  email: 'An email address.',
}

/** All values are texts: Zapier would convert dates and numbers itself, and shared reads them. */
function toInputField(input: TemplateInput, isNew: boolean): PlainInputField {
  const { key, type = 'text', required, sample, help, choices = [] } = input
  const fallback = isEmpty(input.default) ? undefined : `If empty: ${input.default}.`
  const helpTexts = [help, typeHelp[type], fallback].filter((text) => text !== undefined)
  return {
    key: toInputKey(key),
    label: toInputLabel(input),
    type: 'string',
    ...(helpTexts.length > 0 && { helpText: toPlainText(helpTexts.join(' ')) }),
    ...(type === 'choice' && { choices: Object.fromEntries(choices.map((one) => [one, one])) }),
    ...(type !== 'choice' && !isEmpty(sample) && { placeholder: String(sample) }),
    ...(isNew && required !== false && isEmpty(input.default) && { required: true }),
    group: 'template',
  }
}

/** Zapier reads help texts as Markdown, and refuses tags and broken links in them. */
function toPlainText(text: string): string {
  return text.replace(/[<>[\]]/g, '')
}
