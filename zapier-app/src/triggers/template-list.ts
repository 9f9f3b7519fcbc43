import { sampleAppliedTemplate } from '@passwright/shared'
import { type Bundle, defineTrigger, type ZObject } from 'zapier-platform-core'
import { callService } from '../transport.ts'

/** The hidden trigger that fills the dropdowns of templates. */
export const templateList = defineTrigger({
  key: 'template_list',
  noun: 'Template',
  display: {
    label: 'List of Templates',
    description: 'Triggers when a dropdown lists the templates.',
    hidden: true,
  },
  operation: {
    type: 'polling',
    perform,
    outputFields: [
      { key: 'id', label: 'Template ID', type: 'string', primary: true },
      { key: 'name', label: 'Template', type: 'string' },
    ],
    sample: { id: sampleAppliedTemplate.templateId, name: sampleAppliedTemplate.name },
  },
})

async function perform(z: ZObject, bundle: Bundle) {
  const { templates } = await callService(z, bundle, (client) => client.listTemplates())
  return templates.map(({ templateId, name }) => ({ id: templateId, name }))
}
