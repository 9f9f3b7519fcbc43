/** Compares 1,000 passes created by the node with 1,000 created by n8n's own HTTP Request node: the median of five rounds in one n8n. */
import { median } from '../../service/bench/median.ts'
import { startPostgres } from '../../service/test/support/databases/postgres.ts'
import { findSkipReason } from '../test/support/install-n8n.mts'
import { startTestEnvironment } from '../test/support/test-environment.mts'
import { buildPasswrightNode, buildWorkflow, manualTrigger } from '../test/support/workflow.mts'

const ITEMS = 1_000
const ROUNDS = 5

const skipReason = findSkipReason()
if (skipReason) console.log(skipReason)
else await measure()

async function measure(): Promise<void> {
  const postgres = await startPostgres()
  const env = await startTestEnvironment(await postgres.createDatabase())
  const { n8n, service, key, credentialId } = env
  try {
    const items = Array.from({ length: ITEMS }, (_, index) => ({ id: `MEMBER-${index}` }))
    const title = 'Riverside Climbing Club'
    const withNode = buildWorkflow(
      'Passwright node',
      [
        manualTrigger,
        buildPasswrightNode(credentialId, 'create', { title, barcodeValue: '={{ $json.id }}' }),
      ],
      items,
    )
    const withHttpRequest = buildWorkflow(
      'HTTP Request node',
      [
        manualTrigger,
        {
          name: 'Passwright',
          type: 'n8n-nodes-base.httpRequest',
          typeVersion: 4.2,
          parameters: {
            method: 'POST',
            url: `${service.url}/api/passes?format=pkpass`,
            sendHeaders: true,
            headerParameters: {
              parameters: [
                { name: 'Authorization', value: `Bearer ${key}` },
                { name: 'Idempotency-Key', value: '={{ $execution.id }}-{{ $itemIndex }}' },
              ],
            },
            sendBody: true,
            specifyBody: 'json',
            jsonBody: `={{ JSON.stringify({ title: '${title}', barcodeValue: $json.id, barcodeFormat: 'QR' }) }}`,
            options: { response: { response: { responseFormat: 'file' } } },
          },
        },
      ],
      items,
    )
    const nodeWorkflowId = await n8n.addWorkflow(withNode)
    const httpWorkflowId = await n8n.addWorkflow(withHttpRequest)
    const nodeTimesMs: number[] = []
    const httpTimesMs: number[] = []
    // Round 0 is the warm-up and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      const nodeMs = await runAndMeasureMs(nodeWorkflowId)
      const httpMs = await runAndMeasureMs(httpWorkflowId)
      console.log(`round ${round}: node ${nodeMs} ms, HTTP Request ${httpMs} ms`)
      if (round === 0) continue
      nodeTimesMs.push(nodeMs)
      httpTimesMs.push(httpMs)
    }
    const [nodeMs, httpMs] = [median(nodeTimesMs), median(httpTimesMs)]
    console.log(
      `${ITEMS} passes: node ${nodeMs} ms, HTTP Request ${httpMs} ms; ${(nodeMs / httpMs).toFixed(2)} times`,
    )

    async function runAndMeasureMs(workflowId: string): Promise<number> {
      const execution = await n8n.run(workflowId, manualTrigger.name)
      const [output = []] = execution.outputs('Passwright')
      const files = output.filter(
        ({ binary }) => binary?.data?.mimeType === 'application/vnd.apple.pkpass',
      )
      if (files.length !== ITEMS)
        throw new Error(`Only ${files.length} files: ${execution.error?.message}`)
      return execution.durationMs('Passwright')
    }
  } finally {
    await env.stop()
    await postgres.remove()
  }
}
