import type { IDataObject, INodeProperties, IWebhookFunctions } from 'n8n-workflow'
import { readEntries } from '../Passwright/form/buildRequest'
import {
  buildMetadataFilter,
  buildOwnIdFilter,
  buildTemplateFilter,
} from '../Passwright/form/filterProperties'
import { toText } from '../Passwright/form/readText'
import { isPassEvent } from '../Passwright/portable/api/events'
import { assemble, isObject } from '../Passwright/portable/forms/assemble'

/** Which passes start the workflow; all of them if no filter is added. */
export const filters: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  options: [
    buildMetadataFilter('Start the workflow only for passes with all of this metadata'),
    buildTemplateFilter('Start the workflow only for passes that were created from this template.'),
    buildOwnIdFilter('Start the workflow only for the pass with this ID'),
  ],
}

/** Whether an event passes the filters of the trigger, which are about passes only. */
export function matchesFilters(context: IWebhookFunctions, { type, data }: IDataObject): boolean {
  if (!isPassEvent(String(type))) return true
  const given: unknown = context.getNodeParameter('filters', {})
  if (!isObject(given)) return true
  const pass = isObject(data) ? data : {}
  const externalId = toText(given.externalId)
  const template = toText(given.template)
  const { metadata } = assemble({ metadata: readEntries(given.metadata) })
  const has = isObject(pass.metadata) ? pass.metadata : {}
  return (
    (externalId === undefined || pass.externalId === externalId) &&
    (template === undefined || isOfTemplate(pass.template, template)) &&
    Object.entries(isObject(metadata) ? metadata : {}).every(([key, value]) => has[key] === value)
  )
}

/** Whether a pass was created from the template with this ID or name. */
function isOfTemplate(template: unknown, idOrName: string): boolean {
  return isObject(template) && [template.templateId, template.name].includes(idOrName)
}
