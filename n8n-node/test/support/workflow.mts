import type { Workflow } from './n8n.mts'

/** A node of a workflow. */
export interface Node {
  name: string
  type: string
  typeVersion?: number
  parameters?: Record<string, unknown>
  [setting: string]: unknown
}

/** Builds a workflow of nodes in sequence; `pinned` is the output of the first one. */
export function buildWorkflow(name: string, nodes: Node[], pinned: object[] = []): Workflow {
  const [first] = nodes
  return {
    name,
    nodes: nodes.map((node, index) => ({
      id: `${name}-${index}`,
      typeVersion: 1,
      position: [index * 200, 0],
      parameters: {},
      ...node,
    })),
    connections: Object.fromEntries(
      nodes
        .slice(1)
        .map((node, index) => [
          nodes[index]?.name,
          { main: [[{ node: node.name, type: 'main', index: 0 }]] },
        ]),
    ),
    ...(pinned.length > 0 && first
      ? { pinData: { [first.name]: pinned.map((json) => ({ json })) } }
      : {}),
  }
}

/** The trigger of a manual execution. */
export const manualTrigger: Node = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' }

/** Builds a Passwright node with its credential. */
export function buildPasswrightNode(
  credentialId: string,
  operation: string,
  parameters: Record<string, unknown> = {},
  settings: Record<string, unknown> = {},
): Node {
  return {
    name: 'Passwright',
    type: 'n8n-nodes-passwright.passwright',
    parameters: { resource: 'pass', operation, ...parameters },
    credentials: { passwrightApi: { id: credentialId, name: 'Passwright' } },
    ...settings,
  }
}

/** Selects a pass by its serial number, as a value of the parameter Pass. */
export const selectBySerialNumber = (value: string) => ({ __rl: true, mode: 'id', value })

/** Builds a webhook trigger of n8n. */
export function buildWebhookNode(path: string, parameters: Record<string, unknown> = {}): Node {
  return {
    name: 'Webhook',
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    webhookId: path,
    parameters: { path, httpMethod: 'POST', ...parameters },
  }
}
