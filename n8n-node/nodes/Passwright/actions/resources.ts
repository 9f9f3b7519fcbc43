import type { INodeProperties } from 'n8n-workflow'
import { getUsage } from './account/getUsage.operation'
import type { Operation } from './operation'
import { create } from './pass/create.operation'
import { createAndSend } from './pass/createAndSend.operation'
import { deletePass } from './pass/delete.operation'
import { download } from './pass/download.operation'
import { get } from './pass/get.operation'
import { getAll } from './pass/getAll.operation'
import { reactivate } from './pass/reactivate.operation'
import { sendEmail } from './pass/sendEmail.operation'
import { update } from './pass/update.operation'
import { upsert } from './pass/upsert.operation'
import { voidPass } from './pass/void.operation'

/** What the node can do with what; in the order of the menus, which n8n wants by name. */
const resources: Record<string, { name: string; first: Operation; operations: Operation[] }> = {
  account: { name: 'Account', first: getUsage, operations: [getUsage] },
  pass: {
    name: 'Pass',
    first: create,
    operations: [
      create,
      createAndSend,
      upsert,
      deletePass,
      download,
      get,
      getAll,
      reactivate,
      sendEmail,
      update,
      voidPass,
    ],
  },
}

/** The whole form: resource, operation, and what each of them asks. */
export const properties: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    options: Object.entries(resources).map(([value, { name }]) => ({ name, value })),
    default: 'pass',
  },
  ...Object.entries(resources).flatMap(([resource, { first, operations }]) => [
    operationMenu(resource, first, operations),
    ...operations.flatMap((operation) => shownFor(resource, operation)),
  ]),
]

/** The operation that a node's parameters name. */
export function operationOf(resource: string, operation: string): Operation | undefined {
  return resources[resource]?.operations.find(({ value }) => value === operation)
}

function operationMenu(
  resource: string,
  { value: first }: Operation,
  operations: Operation[],
): INodeProperties {
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource] } },
    options: operations.map(({ name, value, action, description }) => ({
      name,
      value,
      action,
      description,
    })),
    default: first,
  }
}

function shownFor(resource: string, { value, properties }: Operation): INodeProperties[] {
  return properties.map((property) => ({
    ...property,
    displayOptions: {
      show: { resource: [resource], operation: [value], ...property.displayOptions?.show },
    },
  }))
}
