import { isEmpty, isObject, trimBlanks } from '@passwright/shared'
import { defineInputFields, type InferInputData } from 'zapier-platform-core'
import { buildPassField } from '../input-fields.ts'
import type { PassResource } from '../pass-output.ts'

const { group: _, placeholder, label } = buildPassField('externalId')

/** The inputs of a trigger that narrow it down; an empty one lets every event through. */
export const eventFilters = defineInputFields([
  {
    key: 'externalId',
    label: label ?? '',
    type: 'string',
    ...(placeholder && { placeholder }),
    helpText: 'Only events of the pass with this ID. Leave empty for all passes.',
  },
  {
    key: 'template',
    label: 'Template',
    type: 'string',
    dynamic: 'template_list.id.name',
    helpText: 'Only events of passes that were created from this template.',
  },
  {
    key: 'metadata',
    label: 'Metadata',
    dict: true,
    helpText: 'Only events of passes with all these values in their metadata.',
  },
])

/** What a trigger is narrowed down to. */
export type EventFilters = InferInputData<typeof eventFilters>

/** Whether an event passes the filters of a trigger. */
export function passesFilters(
  { externalId, template, metadata }: EventFilters,
  pass: PassResource,
): boolean {
  if (!isEmpty(externalId) && pass.externalId !== trimBlanks(String(externalId))) return false
  if (!isEmpty(template) && !isOfTemplate(pass, trimBlanks(String(template)))) return false
  return toPairs(metadata).every(([key, value]) => pass.metadata?.[key] === value)
}

function isOfTemplate({ template }: PassResource, idOrName: string): boolean {
  return template?.templateId === idOrName || template?.name === idOrName
}

/** Reads a dictionary of a form; entries without a name or a value are left out. */
export function toPairs(metadata: unknown): [string, string][] {
  if (!isObject(metadata)) return []
  return Object.entries(metadata)
    .filter(([key, value]) => !isEmpty(key) && !isEmpty(value))
    .map(([key, value]) => [trimBlanks(key), String(value)])
}
