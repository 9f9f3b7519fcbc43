import type {
  FieldType,
  ILoadOptionsFunctions,
  ResourceMapperField,
  ResourceMapperFields,
} from 'n8n-workflow'
import {
  pickTemplate,
  readSelectedTemplate,
  type SelectedTemplate,
} from '../actions/template/templateLocator'
import type { TemplateInput } from '../portable/api/templates'
import { isEmpty } from '../portable/forms/blanks'
import { toInputLabel } from '../portable/forms/template-values'
import { toNodeError } from '../shared/errors'
import { connect } from '../shared/transport'

/** Lists the inputs of the chosen template, with those that a new pass needs. */
export async function getTemplateInputs(
  this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
  const selected = readSelectedTemplate(this.getCurrentNodeParameter('template'))
  try {
    const { templates } = await (await connect(this)).listTemplates()
    const template = selected && pickTemplate(templates, selected)
    if (template !== undefined) return { fields: template.inputs.map(toField) }
    return { fields: [], emptyFieldsNotice: describeMissing(templates.length, selected) }
  } catch (error) {
    throw toNodeError(this, error)
  }
}

function describeMissing(count: number, selected: SelectedTemplate | undefined): string {
  if (count === 0) {
    return 'Your service has no templates yet. Create one there, such as with the command: passwright templates import gym. Then open this list again.'
  }
  return selected === undefined
    ? 'Choose a template first.'
    : `There is no template "${selected.shownName}". Choose another one, or choose Fill In → As JSON if the template differs between items.`
}

/** The same, for a pass that is there: what is left empty keeps its value. */
export async function getOptionalTemplateInputs(
  this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
  const { fields, ...notice } = await getTemplateInputs.call(this)
  return { fields: fields.map((field) => ({ ...field, required: false })), ...notice }
}

/** How the form asks for each type of input; a text where it is not listed. */
const fieldTypes: Record<string, FieldType> = {
  number: 'number',
  date: 'dateTime',
  choice: 'options',
}

/** What a type of input takes, where the form does not show it. */
const typeNotes: Record<string, string> = { image: 'URL or Input Field' }

/** The longest help that fits beside a label. */
const maxHelpLength = 60

function toField(input: TemplateInput): ResourceMapperField {
  const { key, type = 'text', choices = [] } = input
  return {
    id: key,
    displayName: toDisplayName(input),
    type: fieldTypes[type] ?? 'string',
    required: input.required !== false && input.default === undefined,
    display: true,
    defaultMatch: false,
    canBeUsedToMatch: false,
    ...(type === 'choice' ? { options: choices.map((name) => ({ name, value: name })) } : {}),
  }
}

/** The label with all that there is to know, since n8n's mapping has no other place for it. */
function toDisplayName(input: TemplateInput): string {
  const { type = 'text', help = '' } = input
  const notes = [
    help.length <= maxHelpLength ? help.replace(/\.$/, '') : '',
    typeNotes[type],
    isEmpty(input.default) ? '' : `If Empty: ${input.default}`,
  ].filter((note) => !isEmpty(note))
  const label = toInputLabel(input)
  return notes.length === 0 ? label : `${label} (${notes.join('; ')})`
}
