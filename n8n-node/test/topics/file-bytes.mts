import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { BinaryMode } from '../host/n8n.mts'
import { attachedPass } from '../host/pass-file.mts'
import { sha256, type Tools } from '../host/tools.mts'
import { bySerial, chain, passwright, start } from '../host/workflow.mts'

/** Takes a pass to disk, into the answer of a webhook and into the service's mail, and holds each against the service's own file. */
export async function isSameEverywhere(tools: Tools, binaryMode: BinaryMode): Promise<void> {
  const { run, first, club, current, mailsTo, answerOf } = tools
  const to = `ada-${binaryMode}@example.com`
  const made = first(await run('createAndSend', { ...club, to, name: 'Ada Example' }))
  const { serialNumber } = made.json
  const served = await current(serialNumber)

  const path = join(tools.house.n8n.files, `card-${binaryMode}.pkpass`)
  const toDisk = chain(`to disk, ${binaryMode}`, [
    start,
    passwright(tools.house.credential, 'download', { pass: bySerial(String(serialNumber)) }),
    {
      name: 'Write',
      type: 'n8n-nodes-base.readWriteFile',
      parameters: { operation: 'write', fileName: path, dataPropertyName: 'data' },
    },
  ])
  await tools.house.n8n.run(await tools.house.n8n.addWorkflow(toDisk), 'Start')
  expect(sha256(readFileSync(path))).toBe(served)

  const answer = await answerOf(`card-${binaryMode}`, [
    passwright(tools.house.credential, 'download', {
      pass: bySerial('={{ $json.body.serial }}'),
    }),
  ])
  const response = await answer({ serial: serialNumber })
  expect(response.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
  expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(served)

  await tools.house.mail.until(() => mailsTo(to).length === 1, 15_000)
  const [mail = Buffer.alloc(0)] = mailsTo(to)
  expect(sha256(attachedPass(mail))).toBe(served)
  expect(mail.toString()).toMatch(/Ada Example/)
}
