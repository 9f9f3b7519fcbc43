import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '../../../service/test/support/environment/free-port.ts'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import { type Execution, type Item, type StoredExecution, toExecution } from './execution.mts'
import { ensureN8nInstalled } from './install-n8n.mts'
import { buildSettings } from './n8n-settings.mts'
import { buildPackageInto } from './package.mts'

export const owner = { emailOrLdapLoginId: 'owner@club.example', password: 'Owner-of-the-tests-1' }
export type BinaryMode = 'filesystem' | 'database'

/** A workflow as n8n exports it. */
export interface Workflow {
  id?: string
  name: string
  nodes: Record<string, unknown>[]
  connections: Record<string, unknown>
  settings?: Record<string, unknown>
  pinData?: Record<string, object[]>
}

/** A real n8n with our package installed, with its own database and its own folder. */
export class N8n {
  readonly url: string
  readonly filesFolder: string
  private readonly folder: string
  private readonly env: Record<string, string>
  private child: ChildProcess | undefined
  private cookie = ''
  private output = ''

  private constructor(folder: string, port: number, env: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`
    this.folder = folder
    this.filesFolder = join(folder, 'files')
    this.env = env
  }

  /** Starts n8n; `databaseUrl` is an empty PostgreSQL database, `env` are variables in addition to our settings. */
  static async start(databaseUrl: string, env: Record<string, string> = {}): Promise<N8n> {
    const folder = await mkdtemp(join(tmpdir(), 'passwright-n8n-'))
    await mkdir(join(folder, 'files'))
    await buildPackageInto(join(folder, '.n8n/nodes/node_modules/n8n-nodes-passwright'))
    const [port, brokerPort] = [await findFreePort(), await findFreePort()]
    const settings = buildSettings({
      folder,
      port,
      brokerPort,
      database: new URL(databaseUrl),
      ownerEmail: owner.emailOrLdapLoginId,
    })
    const n8n = new N8n(folder, port, { ...settings, ...env })
    await n8n.startProcess()
    return n8n
  }

  /** Starts the process and logs in as the owner. */
  async startProcess(env: Record<string, string> = {}): Promise<void> {
    const program = join(await ensureN8nInstalled(), 'bin/n8n')
    const args = ['--import', join(import.meta.dirname, 'without-sqlite3.mts'), program, 'start']
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOME: this.folder, ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
    await waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`n8n exited:\n${this.output}`)
        return (await fetch(`${this.url}/healthz/readiness`).catch(() => undefined))?.ok ?? false
      },
      (isReady) => isReady,
      120_000,
    )
    const response = await this.fetch('/rest/login', owner)
    this.cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ')
  }

  /** Stops the process gracefully; `startProcess` starts it again on the same data. */
  async stopProcess(): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    await closed
  }

  /** Stops the process and deletes its folder. */
  async stop(): Promise<void> {
    await this.stopProcess()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Sends a request to the REST API of the editor and returns `data` of the response. */
  async request<Data = Record<string, unknown>>(
    path: string,
    body?: unknown,
    method = body === undefined ? 'GET' : 'POST',
  ): Promise<Data> {
    const response = await this.fetch(`/rest${path}`, body, method)
    const result = (await response.json()) as { data: Data; message?: string }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${result.message}`)
    return result.data
  }

  /** Saves a credential, of the node unless another type is given, and returns its ID. */
  async addCredential(
    name: string,
    data: Record<string, unknown>,
    type = 'passwrightApi',
  ): Promise<string> {
    const saved = await this.request<{ id: string }>('/credentials', { name, type, data })
    return saved.id
  }

  /** Saves a credential and returns the result of its test, as the editor shows it. */
  async testCredential(
    data: Record<string, unknown>,
  ): Promise<{ status: string; message: string }> {
    const id = await this.addCredential('Tested', data)
    return this.request('/credentials/test', {
      credentials: { id, name: 'Tested', type: 'passwrightApi', data },
    })
  }

  /** Saves a workflow and returns its ID. */
  async addWorkflow(workflow: Workflow): Promise<string> {
    const { id } = await this.request<{ id: string }>('/workflows', { settings: {}, ...workflow })
    return id
  }

  /** Waits while another workflow still has the address: n8n frees it some time after a deactivation. */
  async activate(id: string): Promise<void> {
    const { versionId } = await this.request<{ versionId: string }>(`/workflows/${id}`)
    const activateOnce = () =>
      this.request(`/workflows/${id}/activate`, { versionId }).then(
        () => true,
        (error: Error) => {
          if (error.message.includes(': 409 ')) return false
          throw error
        },
      )
    await waitFor(activateOnce, (isActive) => isActive)
  }

  async deactivate(id: string): Promise<void> {
    await this.request(`/workflows/${id}/deactivate`, {})
  }

  /** Retries a failed execution and waits until the retry has ended. */
  async retry(executionId: string): Promise<Execution> {
    const failed = await this.request<{ workflowId: string }>(`/executions/${executionId}`)
    await this.request(`/executions/${executionId}/retry`, { loadWorkflow: false })
    const retries = await waitFor(
      async () =>
        (await this.listExecutions(failed.workflowId)).filter(
          ({ retryOf }) => retryOf === executionId,
        ),
      (found) => found.length > 0,
    )
    return this.waitForExecution(retries.at(-1)?.id ?? '')
  }

  /** Waits for the execution that follows the first `previousCount` ones of a workflow, and until it has ended. */
  async waitForNextExecution(workflowId: string, previousCount: number): Promise<Execution> {
    const executions = await waitFor(
      () => this.listExecutions(workflowId),
      (found) => found.length > previousCount,
    )
    return this.waitForExecution(executions[previousCount]?.id ?? '')
  }

  /** Runs a workflow manually from the named trigger, and waits until the execution has ended. */
  async run(id: string, trigger: string): Promise<Execution> {
    const workflowData = await this.request(`/workflows/${id}`)
    const { executionId } = await this.request<{ executionId: string }>(`/workflows/${id}/run`, {
      workflowData,
      triggerToStartFrom: { name: trigger },
    })
    return this.waitForExecution(executionId)
  }

  /** Waits until an execution has ended. */
  async waitForExecution(executionId: string): Promise<Execution> {
    const finalStatuses = ['success', 'error', 'crashed', 'canceled']
    const execution = await waitFor(
      () => this.request<StoredExecution>(`/executions/${executionId}`),
      ({ status }) => finalStatuses.includes(status),
      60_000,
    )
    return toExecution(execution)
  }

  /** Lists the executions of a workflow, oldest first. */
  async listExecutions(
    workflowId: string,
  ): Promise<{ id: string; status: string; retryOf?: string }[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId }))
    const { results } = await this.request<{ results: { id: string; status: string }[] }>(
      `/executions?filter=${filter}`,
    )
    return results.reverse()
  }

  /** Downloads the file of an item as the editor does. */
  async downloadFile(item: Item, field = 'data'): Promise<Buffer> {
    const binary = item.binary?.[field]
    if (binary?.id === undefined) throw new Error(`The item has no file in "${field}".`)
    const response = await this.fetch(
      `/rest/binary-data?id=${encodeURIComponent(binary.id)}&action=download`,
    )
    return Buffer.from(await response.arrayBuffer())
  }

  private fetch(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') {
    return fetch(this.url + path, {
      method,
      headers: {
        'browser-id': 'tests',
        cookie: this.cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }
}
