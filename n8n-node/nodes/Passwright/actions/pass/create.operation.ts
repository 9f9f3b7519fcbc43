import { buildCollections, buildFormWithColumns } from '../../form/passForm'
import type { Operation } from '../operation'
import { basicFields, buildFileAndOptions, createPass, designGroups } from './createPass'

const groups = [...designGroups, 'email', 'reference'] as const

export const create: Operation = {
  value: 'create',
  name: 'Create',
  action: 'Create pass',
  description: 'Create a new pass and get it as a .pkpass file',
  properties: [
    ...buildFormWithColumns(basicFields, ['title'], 'getColumns'),
    ...buildCollections(groups, basicFields),
    ...buildFileAndOptions(),
  ],
  run: (operation) => createPass(operation, { groups, topLevel: basicFields, takesColumns: true }),
}
