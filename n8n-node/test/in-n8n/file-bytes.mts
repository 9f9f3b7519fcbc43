import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Fixtures, sha256 } from '../support/fixtures.mts'
import type { BinaryMode } from '../support/n8n.mts'
import { extractAttachedPass } from '../support/pass-file.mts'
import {
  buildPasswrightNode,
  buildWorkflow,
  manualTrigger,
  selectBySerialNumber,
} from '../support/workflow.mts'

/** Expects a pass on disk, in the response of a webhook and in the service's email to be identical to the file that the service serves. */
export async function expectIdenticalFiles(
  fixtures: Fixtures,
  binaryMode: BinaryMode,
): Promise<void> {
  const { env, runOperation, getFirstItem, samplePass, hashServedFile, findMails } = fixtures
  const to = `ada-${binaryMode}@example.com`
  const created = getFirstItem(
    await runOperation('createAndSend', { ...samplePass, to, name: 'Ada Example' }),
  )
  const { serialNumber } = created.json
  const servedHash = await hashServedFile(serialNumber)

  const path = join(env.n8n.filesFolder, `card-${binaryMode}.pkpass`)
  const writeToDisk = buildWorkflow(`to disk, ${binaryMode}`, [
    manualTrigger,
    buildPasswrightNode(env.credentialId, 'download', {
      pass: selectBySerialNumber(String(serialNumber)),
    }),
    {
      name: 'Write',
      type: 'n8n-nodes-base.readWriteFile',
      parameters: { operation: 'write', fileName: path, dataPropertyName: 'data' },
    },
  ])
  await env.n8n.run(await env.n8n.addWorkflow(writeToDisk), manualTrigger.name)
  expect(sha256(readFileSync(path))).toBe(servedHash)

  const callWebhook = await fixtures.activateFileWebhook(`card-${binaryMode}`, [
    buildPasswrightNode(env.credentialId, 'download', {
      pass: selectBySerialNumber('={{ $json.body.serial }}'),
    }),
  ])
  const response = await callWebhook({ serial: serialNumber })
  expect(response.headers.get('content-type')).toBe('application/vnd.apple.pkpass')
  expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(servedHash)

  await env.smtp.waitUntil(() => findMails(to).length === 1, 15_000)
  const [mail = Buffer.alloc(0)] = findMails(to)
  expect(sha256(extractAttachedPass(mail))).toBe(servedHash)
  expect(mail.toString()).toMatch(/Ada Example/)
}
