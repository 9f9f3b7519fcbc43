import { expect, it } from 'vitest'
import { buildN8nWorkflow } from '../../service/src/web/editor/browser/snippets/n8n-workflow.ts'
import { hostileRequest } from '../../service/test/support/web/editor-passes.ts'
import { runNode } from './support/fake-execution.mts'

it('the workflow that the editor shows creates the same pass with this node', async () => {
  const { nodes, connections } = JSON.parse(buildN8nWorkflow(hostileRequest))
  const [start, create] = nodes
  expect(connections[start.name].main[0][0].node).toBe(create.name)
  expect(create.type).toBe('n8n-nodes-passwright.passwright')
  // A text that begins with = would be an expression; n8n reads a second one as the text itself.
  expect(create.parameters.label).toBe('==1+1')
  const parameters = { ...create.parameters, source: 'form', label: '=1+1' }
  const { requests } = await runNode({ operation: create.parameters.operation, parameters })
  expect(requests[0]?.body).toEqual(hostileRequest)
})

it('placeholders become expressions that read fields of the input', () => {
  const workflow = JSON.parse(buildN8nWorkflow({ title: 'Dear {{name}} of {{club.name}}' }))
  expect(workflow.nodes[1].parameters.title).toBe(
    '=Dear {{ $json["name"] }} of {{ $json["club.name"] }}',
  )
})
