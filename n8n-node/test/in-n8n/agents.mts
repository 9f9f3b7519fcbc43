import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeModel, startFakeModel } from '../support/fake-model.mts'
import type { Fixtures } from '../support/fixtures.mts'
import type { Workflow } from '../support/n8n.mts'
import { buildWorkflow, manualTrigger, type Node } from '../support/workflow.mts'

const langchain = '@n8n/n8n-nodes-langchain'

/** Tests n8n's own nodes for the Model Context Protocol against the tools of the service. */
export function testAgents(fixtures: Fixtures): void {
  describe("n8n's MCP nodes", () => {
    let connection: { parameters: object; credentials: object }
    let model: FakeModel

    beforeAll(async () => {
      const { n8n, service, key } = fixtures.env
      model = await startFakeModel('issue_pass', {
        pass: { title: 'Riverside Climbing Club', label: 'Member', value: 'Ada Example' },
        externalId: 'agent-1',
      })
      const id = await n8n.addCredential('Bearer', { token: key }, 'httpBearerAuth')
      const authentication = 'bearerAuth'
      connection = {
        parameters: {
          ...{ endpointUrl: `${service.url}/mcp`, authentication },
          serverTransport: 'httpStreamable',
        },
        credentials: { httpBearerAuth: { id, name: 'Bearer' } },
      }
    })
    afterAll(() => model.close())

    const buildClient = (tool: string, input: object): Node => ({
      name: 'MCP Client',
      type: `${langchain}.mcpClient`,
      typeVersion: 1.1,
      parameters: {
        ...connection.parameters,
        tool: { __rl: true, mode: 'list', value: tool },
        ...{ inputMode: 'json', jsonInput: JSON.stringify(input) },
        options: {},
      },
      credentials: connection.credentials,
    })
    const callTool = async (tool: string, input: object) => {
      const { n8n } = fixtures.env
      const workflow = buildWorkflow('mcp', [manualTrigger, buildClient(tool, input)])
      return n8n.run(await n8n.addWorkflow(workflow), 'Start')
    }

    it('list the tools, and ask for the parameters of one', async () => {
      const askNode = (path: string, methodName: string) =>
        fixtures.env.n8n.request<Record<string, unknown[]>>(`/dynamic-node-parameters/${path}`, {
          ...{ path: 'parameters.tool', methodName },
          nodeTypeAndVersion: { name: `${langchain}.mcpClient`, version: 1.1 },
          currentNodeParameters: buildClient('adjust_counter', {}).parameters,
          credentials: connection.credentials,
        })
      const { results } = await askNode('resource-locator-results', 'getTools')
      expect(results).toContainEqual(expect.objectContaining({ value: 'issue_pass' }))
      const { fields } = await askNode('resource-mapper-fields', 'getToolParameters')
      expect(fields).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ id: 'pass', type: 'string', required: true }),
          expect.objectContaining({ id: 'by', type: 'number', required: false }),
        ]),
      )
    })

    it('issue and find a pass without an agent, and stop at an error with its sentence', async () => {
      const issued = await callTool('issue_pass', { pass: { title: 'Club' }, externalId: 'mcp-1' })
      expect(issued.outputs('MCP Client')[0]?.[0]?.json.content).toMatchObject([
        { text: { externalId: 'mcp-1', outcome: 'created' } },
      ])
      const refused = await callTool('issue_pass', { pass: { title: 'x'.repeat(65) } })
      expect(refused.error?.message).toContain('title: must be 64 characters or less')
    })

    it('give an AI agent the tools, with which it issues a pass', async () => {
      const { n8n } = fixtures.env
      const openAi = { apiKey: 'none', url: model.url, header: false }
      const id = await n8n.addCredential('Model', openAi, 'openAiApi')
      const workflow = buildWorkflow('agent', [
        manualTrigger,
        {
          name: 'AI Agent',
          type: `${langchain}.agent`,
          typeVersion: 3.1,
          parameters: { promptType: 'define', text: 'A card for Ada Example', options: {} },
        },
      ])
      // As the editor saves it: in the older order, the agent would not wait for its tools.
      workflow.settings = { executionOrder: 'v1' }
      const subNodes: Node[] = [
        {
          name: 'Model',
          type: `${langchain}.lmChatOpenAi`,
          typeVersion: 1.3,
          parameters: {
            model: { __rl: true, mode: 'id', value: 'fake' },
            ...{ responsesApiEnabled: false, options: {} },
          },
          credentials: { openAiApi: { id, name: 'Model' } },
        },
        {
          name: 'Passwright',
          type: `${langchain}.mcpClientTool`,
          typeVersion: 1.2,
          parameters: { ...connection.parameters, include: 'all', options: {} },
          credentials: connection.credentials,
        },
      ]
      addSubNodes(workflow, 'AI Agent', { ai_languageModel: subNodes[0], ai_tool: subNodes[1] })
      const execution = await n8n.run(await n8n.addWorkflow(workflow), 'Start')
      expect(execution.error).toBeUndefined()
      const output = String(execution.outputs('AI Agent')[0]?.[0]?.json.output)
      expect(output).toMatch(/^Done: [\s\S]*\/p\//)
      const { passes } = await fixtures.env.request<{ passes: object[] }>(
        '/api/passes?externalId=agent-1',
      )
      expect(passes).toMatchObject([{ title: 'Riverside Climbing Club', subtitle: 'Ada Example' }])
      expect(model.conversations[0]?.tools.length).toBeGreaterThan(10)
    })
  })
}

/** Connects nodes with another one by the kind of what they give it. */
function addSubNodes(
  workflow: Workflow,
  parent: string,
  subNodes: Record<string, Node | undefined>,
): void {
  for (const [type, node] of Object.entries(subNodes)) {
    if (node === undefined) continue
    workflow.nodes.push({ id: node.name, position: [0, 200], ...node })
    workflow.connections[node.name] = { [type]: [[{ node: parent, type, index: 0 }]] }
  }
}
