import type { INodeProperties } from 'n8n-workflow'
import { getStats } from './account/getStats.operation'
import { getUsage } from './account/getUsage.operation'
import type { Operation } from './operation'
import { addToCounter } from './pass/addToCounter.operation'
import { create } from './pass/create.operation'
import { createAndSend } from './pass/createAndSend.operation'
import { createFromTemplate } from './pass/createFromTemplate.operation'
import { deletePass } from './pass/delete.operation'
import { download } from './pass/download.operation'
import { get } from './pass/get.operation'
import { getAll } from './pass/getAll.operation'
import { reactivate } from './pass/reactivate.operation'
import { sendEmail } from './pass/sendEmail.operation'
import { sendMessage } from './pass/sendMessage.operation'
import { update } from './pass/update.operation'
import { upsert } from './pass/upsert.operation'
import { upsertFromTemplate } from './pass/upsertFromTemplate.operation'
import { voidPass } from './pass/void.operation'
import { exportPerson } from './person/export.operation'
import { forgetPerson } from './person/forget.operation'
import { getOneTemplate } from './template/get.operation'
import { getAllTemplates } from './template/getAll.operation'

interface Resource {
  name: string
  defaultOperation: Operation
  operations: Operation[]
}

/** The resources and their operations, in the order of the menus; n8n's linter wants the operations sorted by name. */
const resources: Record<string, Resource> = {
  pass: {
    name: 'Pass',
    defaultOperation: create,
    operations: [
      addToCounter,
      create,
      createAndSend,
      createFromTemplate,
      upsert,
      upsertFromTemplate,
      deletePass,
      download,
      get,
      getAll,
      reactivate,
      sendEmail,
      sendMessage,
      update,
      voidPass,
    ],
  },
  template: {
    name: 'Template',
    defaultOperation: getAllTemplates,
    operations: [getOneTemplate, getAllTemplates],
  },
  person: {
    name: 'Person',
    defaultOperation: exportPerson,
    operations: [exportPerson, forgetPerson],
  },
  account: { name: 'Account', defaultOperation: getUsage, operations: [getStats, getUsage] },
}

const actions = Object.fromEntries(
  Object.entries(resources).map(([resource, { operations }]) => [
    resource,
    Object.fromEntries(operations.map(({ value, action }) => [value, action])),
  ]),
)

/** What the node does, in words, below its name on the canvas. */
export const subtitle = `={{ (${JSON.stringify(actions)})[$parameter["resource"]][$parameter["operation"]] }}`

/** All parameters of the node: resource, operation, and those of each operation. */
export const properties: INodeProperties[] = [
  {
    displayName: 'Resource',
    name: 'resource',
    type: 'options',
    noDataExpression: true,
    options: Object.entries(resources).map(([value, { name }]) => ({ name, value })),
    default: 'pass',
  },
  ...Object.entries(resources).flatMap(([resource, { defaultOperation, operations }]) => [
    buildOperationProperty(resource, defaultOperation, operations),
    ...operations.flatMap((operation) => showOnlyFor(resource, operation)),
  ]),
]

/** Finds an operation by the values of the parameters Resource and Operation. */
export function findOperation(resource: string, operation: string): Operation | undefined {
  return resources[resource]?.operations.find(({ value }) => value === operation)
}

function buildOperationProperty(
  resource: string,
  { value: defaultValue }: Operation,
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
    default: defaultValue,
  }
}

function showOnlyFor(resource: string, { value, properties }: Operation): INodeProperties[] {
  return properties.map((property) => ({
    ...property,
    displayOptions: {
      show: { resource: [resource], operation: [value], ...property.displayOptions?.show },
    },
  }))
}
