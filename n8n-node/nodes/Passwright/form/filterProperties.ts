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
