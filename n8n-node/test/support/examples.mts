import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workflow } from './n8n.mts'
import { packageRoot } from './package.mts'
import type { TestEnvironment } from './test-environment.mts'

const examplesFolder = join(packageRoot, 'examples')
const templatesFolder = join(packageRoot, '../service/templates')

/** The file names of the workflows in examples/. */
export const exampleFiles = readdirSync(examplesFolder)

/** Reads an example as it is in its file; `replacements` adapt its paths and URLs to this machine. */
export function readExample(file: string, replacements: Record<string, string> = {}): Workflow {
  let json = readFileSync(join(examplesFolder, file), 'utf8')
  for (const [from, to] of Object.entries(replacements)) json = json.replaceAll(from, to)
  return JSON.parse(json) as Workflow
}

/** A ready template of the service, as `POST /api/templates` takes it. */
export interface ReadyTemplate {
  name: string
  inputs: { key: string; label: string; choices?: string[] }[]
}

/** Reads all ready templates of the service. */
export function readReadyTemplates(): ReadyTemplate[] {
  return readdirSync(templatesFolder).map((file) =>
    JSON.parse(readFileSync(join(templatesFolder, file), 'utf8')),
  )
}

/** Imports an example into n8n with our credentials, after `adapt` has changed it; returns its ID. */
export async function importExample(
  { n8n, credentialId, smtpCredentialId }: TestEnvironment,
  file: string,
  replacements: Record<string, string> = {},
  adapt: (workflow: Workflow) => void = () => {},
): Promise<string> {
  const workflow = readExample(file, replacements)
  const ours = { passwrightApi: credentialId, smtp: smtpCredentialId }
  for (const { credentials = {} } of workflow.nodes as { credentials?: object }[]) {
    for (const [type, id] of Object.entries(ours)) {
      if (type in credentials) Object.assign(credentials, { [type]: { id, name: type } })
    }
  }
  adapt(workflow)
  return n8n.addWorkflow(workflow)
}

/** Imports an example whose sheet has these rows, and runs it; what it would write there stays in n8n. */
export async function runWithSheet(env: TestEnvironment, file: string, rows: object[]) {
  const id = await importExample(env, file, {}, (workflow) => {
    workflow.pinData = { Rows: rows.map((json) => ({ json })) }
    for (const node of workflow.nodes) {
      if (String(node.name).startsWith('Write')) {
        Object.assign(node, { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} })
      }
    }
  })
  return env.n8n.run(id, 'Every Night')
}
