import type { INodeProperties } from 'n8n-workflow'

/** Builds the filter by metadata, whose pairs must all match. */
export function buildMetadataFilter(description: string): INodeProperties {
  return {
    displayName: 'Metadata',
    name: 'metadata',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    placeholder: 'Add Pair',
    default: {},
    options: [
      {
        displayName: 'Entries',
        name: 'entries',
        values: [
          { displayName: 'Name', name: 'key', type: 'string', default: '' },
          { displayName: 'Value', name: 'value', type: 'string', default: '' },
        ],
      },
    ],
    description,
  }
}

/** Builds the filter by own ID. */
export function buildOwnIdFilter(description: string): INodeProperties {
  return {
    displayName: 'Your Own ID',
    name: 'externalId',
    type: 'string',
    default: '',
    placeholder: 'e.g. member-1042',
    description,
  }
}

/** Builds the filter by template, which n8n's rules want to be called so. */
export function buildTemplateFilter(description: string): INodeProperties {
  return {
    displayName: 'Template Name or ID',
    name: 'template',
    type: 'options',
    typeOptions: { loadOptionsMethod: 'getTemplates' },
    default: '',
    description: `${description} Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>`,
  }
}
