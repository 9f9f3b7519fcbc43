import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../../service/test/support/eventually.ts'
import { freePort } from '../../../service/test/support/service-process.ts'
import { ensureN8n } from './ensure-n8n.mts'
import { unpackInto } from './package.mts'

const owner = { emailOrLdapLoginId: 'owner@club.example', password: 'Owner-of-the-tests-1' }
/** bcrypt of that password. */
const ownerHash = '$2a$10$0W5REDgLtt1CrzGGyrCFV.jKBfCCwlbl.3ANsL2EGd5QzLNaUQWXO'

/** Parts of n8n that the tests do not need: each costs time at every start. */
const withoutModules =
  'insights,mcp,mcp-registry,chat-hub,instance-ai,agents,agent-evals,workflow-builder,breaking-changes,quick-connect,data-table,external-secrets,source-control,log-streaming,ldap,sso-oidc,sso-saml,provisioning'

export type BinaryMode = 'filesystem' | 'database'

/** What a workflow's run left: the state, and what each node gave. */
export interface Execution {
  id: string
  status: string
  retryOf?: string
  error?: { message: string; description?: string | null; context?: Record<string, unknown> }
  /** The items of a node's runs, output by output. */
  outputs: (node: string, run?: number) => Item[][]
  /** How long a node's first run took, in milliseconds. */
  took: (node: string) => number
}

export interface Item {
  json: Record<string, unknown>
  binary?: Record<string, { data: string; id?: string; fileName: string; mimeType: string }>
  pairedItem?: { item: number }
  error?: unknown
}

/** A workflow as n8n exports it. */
export interface Workflow {
  id?: string
  name: string
  nodes: Record<string, unknown>[]
  connections: Record<string, unknown>
  settings?: Record<string, unknown>
}

/** A real n8n with the package in it, on a database and a folder of its own. */
export class N8n {
  readonly url: string
  readonly files: string
  private readonly folder: string
  private readonly env: Record<string, string>
  private child: ChildProcess | undefined
  private cookie = ''
  private printed = ''

  private constructor(folder: string, port: number, env: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`
    this.folder = folder
    this.files = join(folder, 'files')
    this.env = env
  }

  /** Starts one; `databaseUrl` is an empty PostgreSQL database. */
  static async start(databaseUrl: string, more: Record<string, string> = {}): Promise<N8n> {
    const folder = await mkdtemp(join(tmpdir(), 'passwright-n8n-'))
    await mkdir(join(folder, 'files'))
    await unpackInto(join(folder, '.n8n/nodes/node_modules/n8n-nodes-passwright'))
    const [port, brokerPort] = [await freePort(), await freePort()]
    const env = { ...settings(folder, port, brokerPort, new URL(databaseUrl)), ...more }
    const n8n = new N8n(folder, port, env)
    await n8n.boot()
    return n8n
  }

  /** Starts the process and logs in. */
  async boot(more: Record<string, string> = {}): Promise<void> {
    const program = join(await ensureN8n(), 'bin/n8n')
    const child = spawn(process.execPath, [program, 'start'], {
      env: { PATH: process.env.PATH, HOME: this.folder, ...this.env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text
      })
    }
    await eventually(
      async () => {
        if (child.exitCode !== null) throw new Error(`n8n ended:\n${this.printed}`)
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

  /** Ends the process in good order; `boot` starts it again on the same data. */
  async halt(): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    await closed
  }

  /** Ends it and deletes its folder. */
  async stop(): Promise<void> {
    await this.halt()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** A call of the editor's own API; gives `data` of the answer. */
  async rest<Data = Record<string, unknown>>(
    path: string,
    body?: unknown,
    method = body === undefined ? 'GET' : 'POST',
  ): Promise<Data> {
    const response = await this.fetch(`/rest${path}`, body, method)
    const answer = (await response.json()) as { data: Data; message?: string }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`)
    return answer.data
  }

  /** Saves a credential and gives its id. */
  async addCredential(name: string, data: Record<string, unknown>): Promise<string> {
    const saved = await this.rest<{ id: string }>('/credentials', {
      name,
      type: 'passwrightApi',
      data,
    })
    return saved.id
  }

  /** What the button "Test" of a credential says. */
  async testCredential(
    data: Record<string, unknown>,
  ): Promise<{ status: string; message: string }> {
    const id = await this.addCredential('To be tested', data)
    return this.rest('/credentials/test', {
      credentials: { id, name: 'To be tested', type: 'passwrightApi', data },
    })
  }

  /** Saves a workflow and gives its id. */
  async addWorkflow(workflow: Workflow): Promise<string> {
    const { id } = await this.rest<{ id: string }>('/workflows', { settings: {}, ...workflow })
    return id
  }

  async activate(id: string): Promise<void> {
    const { versionId } = await this.rest<{ versionId: string }>(`/workflows/${id}`)
    await this.rest(`/workflows/${id}/activate`, { versionId })
  }

  async deactivate(id: string): Promise<void> {
    await this.rest(`/workflows/${id}/deactivate`, {})
  }

  /** Retries a failed execution and waits for the end. */
  async retry(executionId: string): Promise<Execution> {
    const before = await this.rest<{ workflowId: string }>(`/executions/${executionId}`)
    await this.rest(`/executions/${executionId}/retry`, { loadWorkflow: false })
    const retries = await eventually(
      async () =>
        (await this.executions(before.workflowId)).filter(({ retryOf }) => retryOf === executionId),
      (found) => found.length > 0,
    )
    return this.finished(retries.at(-1)?.id ?? '')
  }

  /** Waits for the execution of a workflow that begins by itself, after those that are known. */
  async next(workflowId: string, known: number): Promise<Execution> {
    const all = await eventually(
      () => this.executions(workflowId),
      (found) => found.length > known,
    )
    return this.finished(all[known]?.id ?? '')
  }

  /** Runs a workflow by hand, from its first node, and waits for the end. */
  async run(id: string, start: string): Promise<Execution> {
    const workflowData = await this.rest(`/workflows/${id}`)
    const { executionId } = await this.rest<{ executionId: string }>(`/workflows/${id}/run`, {
      workflowData,
      triggerToStartFrom: { name: start },
    })
    return this.finished(executionId)
  }

  /** Waits until an execution is over. */
  async finished(executionId: string): Promise<Execution> {
    const over = ['success', 'error', 'crashed', 'canceled']
    const found = await eventually(
      () => this.rest<Stored>(`/executions/${executionId}`),
      ({ status }) => over.includes(status),
      60_000,
    )
    return read(found)
  }

  /** The executions of a workflow, the oldest first. */
  async executions(
    workflowId: string,
  ): Promise<{ id: string; status: string; retryOf?: string }[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId }))
    const { results } = await this.rest<{ results: { id: string; status: string }[] }>(
      `/executions?filter=${filter}`,
    )
    return results.reverse()
  }

  /** The file of an item as the editor downloads it. */
  async file(item: Item, field = 'data'): Promise<Buffer> {
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

interface Stored {
  id: string
  status: string
  retryOf?: string
  data: string
}

function read({ id, status, retryOf, data }: Stored): Execution {
  const { resultData } = unflatten(data) as {
    resultData: {
      error?: Execution['error']
      runData: Record<string, { executionTime: number; data?: { main?: (Item[] | null)[] } }[]>
    }
  }
  return {
    id,
    status,
    ...(retryOf ? { retryOf } : {}),
    ...(resultData.error ? { error: resultData.error } : {}),
    outputs: (node, run = 0) =>
      (resultData.runData[node]?.[run]?.data?.main ?? []).map((items) => items ?? []),
    took: (node) => resultData.runData[node]?.[0]?.executionTime ?? Number.NaN,
  }
}

/** n8n stores executions as a flat list in which strings that stand for objects are places in the list. */
function unflatten(text: string): unknown {
  const list = JSON.parse(text) as unknown[]
  const made = new Map<number, unknown>()
  const at = (place: number): unknown => {
    if (made.has(place)) return made.get(place)
    const value = list[place]
    if (typeof value !== 'object' || value === null) return value
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {}
    made.set(place, copy)
    for (const [key, each] of Object.entries(value)) {
      Object.assign(copy, { [key]: typeof each === 'string' ? at(Number(each)) : each })
    }
    return copy
  }
  return at(0)
}

function settings(
  folder: string,
  port: number,
  brokerPort: number,
  database: URL,
): Record<string, string> {
  return {
    N8N_USER_FOLDER: folder,
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: database.hostname,
    DB_POSTGRESDB_PORT: database.port,
    DB_POSTGRESDB_USER: database.username,
    DB_POSTGRESDB_DATABASE: database.pathname.slice(1),
    N8N_HOST: '127.0.0.1',
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}`,
    N8N_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
    N8N_SECURE_COOKIE: 'false',
    N8N_ENCRYPTION_KEY: 'only-for-the-tests',
    GENERIC_TIMEZONE: 'Europe/Vienna',
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
    N8N_INSTANCE_OWNER_EMAIL: owner.emailOrLdapLoginId,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: ownerHash,
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_HIRING_BANNER_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
    N8N_VERIFIED_PACKAGES_ENABLED: 'false',
    N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
    N8N_DISABLED_MODULES: withoutModules,
    N8N_RESTRICT_FILE_ACCESS_TO: join(folder, 'files'),
    EXTERNAL_FRONTEND_HOOKS_URLS: '',
    N8N_SENTRY_DSN: '',
    N8N_FRONTEND_SENTRY_DSN: '',
  }
}
