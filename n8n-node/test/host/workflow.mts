import type { Workflow } from './n8n.mts'

/** One node as workflows hold it. */
export interface Node {
  name: string
  type: string
  typeVersion?: number
  parameters?: Record<string, unknown>
  [setting: string]: unknown
}

/** Nodes one after the other. */
export function chain(name: string, nodes: Node[], pinned: object[] = []): Workflow {
  const [first] = nodes
  return {
    name,
    nodes: nodes.map((node, place) => ({
      id: `${name}-${place}`,
      typeVersion: 1,
      position: [place * 200, 0],
      parameters: {},
      ...node,
    })),
    connections: Object.fromEntries(
      nodes
        .slice(1)
        .map((node, place) => [
          nodes[place]?.name,
          { main: [[{ node: node.name, type: 'main', index: 0 }]] },
        ]),
    ),
    ...(pinned.length > 0 && first
      ? { pinData: { [first.name]: pinned.map((json) => ({ json })) } }
      : {}),
  }
}

/** What begins a run by hand. */
export const start: Node = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' }

/** Our node with its credential. */
export function passwright(
  credential: string,
  operation: string,
  parameters: Record<string, unknown> = {},
  settings: Record<string, unknown> = {},
): Node {
  return {
    name: 'Passwright',
    type: 'n8n-nodes-passwright.passwright',
    parameters: { resource: 'pass', operation, ...parameters },
    credentials: { passwrightApi: { id: credential, name: 'Passwright' } },
    ...settings,
  }
}

/** A pass by its serial number. */
export const bySerial = (value: string) => ({ __rl: true, mode: 'id', value })

/** n8n's own webhook. */
export function webhook(path: string, parameters: Record<string, unknown> = {}): Node {
  return {
    name: 'Webhook',
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    webhookId: path,
    parameters: { path, httpMethod: 'POST', ...parameters },
  }
}
