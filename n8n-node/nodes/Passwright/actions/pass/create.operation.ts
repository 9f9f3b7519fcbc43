import { buildCollections, buildFormWithColumns } from '../../form/passForm'
import type { Operation } from '../operation'
import { basicFields, buildFileAndOptions, createGroups, createPass } from './createPass'

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create pass',
  description: 'Create a new pass and get it as a .pkpass file',
  properties: [
    ...buildFormWithColumns(basicFields, ['title'], 'getColumns'),
    ...buildCollections(createGroups, basicFields),
    ...buildFileAndOptions(),
  ],
  run: (operation) =>
    createPass(operation, { groups: createGroups, topLevel: basicFields, takesColumns: true }),
}
