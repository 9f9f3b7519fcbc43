import { createHash } from 'node:crypto'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import type { Execution, Item } from './execution.mts'
import type { TestEnvironment } from './test-environment.mts'
import {
  buildPasswrightNode,
  buildWebhookNode,
  buildWorkflow,
  manualTrigger,
  type Node,
} from './workflow.mts'

/** The test environment and the actions that most tests in n8n need. */
export interface Fixtures {
  /** The environment; available once it has been started. */
  env: TestEnvironment
  /** Runs one operation of the node with these items. */
  runOperation: (
    operation: string,
    parameters?: Record<string, unknown>,
    items?: object[],
    settings?: Record<string, unknown>,
  ) => Promise<Execution>
  /** Returns the first output item of the node; throws if the execution failed. */
  getFirstItem: (execution: Execution) => Item
  /** The parameters of a minimal pass. */
  samplePass: { title: string; barcodeValue: string }
  /** Downloads the file of a pass from the service and returns its SHA-256 hash. */
  hashServedFile: (serialNumber: unknown) => Promise<string>
  /** Returns the raw messages that the SMTP server received for an address. */
  findMails: (address: string) => Buffer[]
  /** Asks the node for what its form shows: a list to choose from, or the fields of a mapping. */
  askForm: (
    kind: 'resource-locator-results' | 'resource-mapper-fields' | 'options',
    methodName: string,
    parameters: object,
    credentialId?: string,
  ) => Promise<Record<string, unknown[]>>
  /** Posts JSON to a webhook of n8n, once n8n has registered it. */
  postToWebhook: (path: string, body: unknown) => Promise<Response>
  /** Activates a workflow whose webhook responds with the file of the last node; returns a function that calls it. */
  activateFileWebhook: (
    path: string,
    nodes: Node[],
  ) => Promise<(body: unknown) => Promise<Response>>
}

/** Creates the fixtures of an environment that may be started later. */
export function createFixtures(getEnvironment: () => TestEnvironment): Fixtures {
  const postToWebhook = (path: string, body: unknown): Promise<Response> =>
    waitFor(
      () =>
        fetch(`${getEnvironment().n8n.url}/webhook/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ({ status }) => status !== 404,
    )
  return {
    get env() {
      return getEnvironment()
    },
    async runOperation(operation, parameters = {}, items = [{}], settings = {}) {
      const { n8n, credentialId } = getEnvironment()
      const node = buildPasswrightNode(credentialId, operation, parameters, settings)
      const id = await n8n.addWorkflow(buildWorkflow(operation, [manualTrigger, node], items))
      return n8n.run(id, manualTrigger.name)
    },
    getFirstItem(execution) {
      if (execution.error) throw new Error(JSON.stringify(execution.error))
      return execution.outputs('Passwright')[0]?.[0] as Item
    },
    samplePass: { title: 'Riverside Climbing Club', barcodeValue: 'MEMBER-1042' },
    async hashServedFile(serialNumber) {
      const { service, key } = getEnvironment()
      const response = await fetch(`${service.url}/api/passes/${serialNumber}?format=pkpass`, {
        headers: { authorization: `Bearer ${key}` },
      })
      return sha256(Buffer.from(await response.arrayBuffer()))
    },
    findMails: (address) =>
      getEnvironment()
        .smtp.messages.filter(({ to }) => to.includes(address))
        .map(({ raw }) => raw),
    askForm: (kind, methodName, parameters, credentialId = getEnvironment().credentialId) =>
      getEnvironment().n8n.request(`/dynamic-node-parameters/${kind}`, {
        path: 'parameters.values',
        methodName,
        nodeTypeAndVersion: { name: 'n8n-nodes-passwright.passwright', version: 1 },
        currentNodeParameters: { resource: 'pass', operation: 'createFromTemplate', ...parameters },
        credentials: { passwrightApi: { id: credentialId, name: 'Passwright' } },
      }),
    postToWebhook,
    async activateFileWebhook(path, nodes) {
      const { n8n } = getEnvironment()
      const webhook = buildWebhookNode(path, {
        responseMode: 'lastNode',
        responseData: 'firstEntryBinary',
      })
      const id = await n8n.addWorkflow(buildWorkflow(path, [webhook, ...nodes]))
      await n8n.activate(id)
      return (body) => postToWebhook(path, body)
    },
  }
}

/** Returns the SHA-256 hash of a file in hexadecimal. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
