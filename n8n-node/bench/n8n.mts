/** 1,000 passes through the node, against 1,000 through n8n's own HTTP Request node on the same service. Each is median of five rounds in one n8n. */
import { startPostgres } from '../../service/test/support/postgres.ts'
import { whyNoN8n } from '../test/host/ensure-n8n.mts'
import { startHouse } from '../test/host/house.mts'
import { chain, passwright, start } from '../test/host/workflow.mts'

const ITEMS = 1_000
const ROUNDS = 5

const why = whyNoN8n()
if (why) console.log(why)
else await measure()

async function measure(): Promise<void> {
  const postgres = await startPostgres()
  const house = await startHouse(await postgres.createDatabase())
  try {
    const items = Array.from({ length: ITEMS }, (_, place) => ({ id: `MEMBER-${place}` }))
    const title = 'Riverside Climbing Club'
    const byNode = chain(
      'by the node',
      [start, passwright(house.credential, 'create', { title, barcodeValue: '={{ $json.id }}' })],
      items,
    )
    const byRequest = chain(
      'by HTTP Request',
      [
        start,
        {
          name: 'Passwright',
          type: 'n8n-nodes-base.httpRequest',
          typeVersion: 4.2,
          parameters: {
            method: 'POST',
            url: `${house.service.url}/api/passes?format=pkpass`,
            sendHeaders: true,
            headerParameters: {
              parameters: [
                { name: 'Authorization', value: `Bearer ${house.key}` },
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
    const [node, request] = [
      await house.n8n.addWorkflow(byNode),
      await house.n8n.addWorkflow(byRequest),
    ]
    const times: { node: number[]; request: number[] } = { node: [], request: [] }
    // The first round warms both up and does not count.
    for (let round = 0; round <= ROUNDS; round++) {
      const each = { node: await took(node), request: await took(request) }
      console.log(`round ${round}: node ${each.node} ms, HTTP Request ${each.request} ms`)
      if (round === 0) continue
      times.node.push(each.node)
      times.request.push(each.request)
    }
    const [ours, theirs] = [median(times.node), median(times.request)]
    console.log(
      `${ITEMS} passes: node ${ours} ms, HTTP Request ${theirs} ms; ${(ours / theirs).toFixed(2)} times`,
    )

    async function took(workflow: string): Promise<number> {
      const execution = await house.n8n.run(workflow, 'Start')
      const [made = []] = execution.outputs('Passwright')
      const whole = made.filter(
        ({ binary }) => binary?.data?.mimeType === 'application/vnd.apple.pkpass',
      )
      if (whole.length !== ITEMS)
        throw new Error(`Only ${whole.length} files: ${execution.error?.message}`)
      return execution.took('Passwright')
    }
  } finally {
    await house.stop()
    await postgres.remove()
  }
}

function median(times: number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN
}
