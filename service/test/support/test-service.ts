import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient, type Send } from '@passwright/shared'
import { inject } from 'vitest'
import { generateApiKey } from '../../src/accounts/api-key.ts'
import { createApiKey } from '../../src/accounts/api-keys.ts'
import type { PlanName } from '../../src/accounts/plans.ts'
import { ensureDevelopmentIdentity } from '../../src/apple/certificates/development.ts'
import { readConfig } from '../../src/config.ts'
import { type Context, createContext } from '../../src/context.ts'
import { createLog } from '../../src/log.ts'
import { startService } from '../../src/startup/service.ts'

/** A service of the test's own, listening on a free port of 127.0.0.1. */
export interface TestService {
  url: string
  server: Server
  ctx: Context
  /** Every line that it logged. */
  logs: string[]
  /** Makes a key and gives its secret. */
  createKey: (plan?: PlanName, name?: string) => Promise<string>
  /** Our own client with that secret. */
  client: (secret: string) => Client<Uint8Array>
  /** A bare request, for what our client would never send. */
  fetch: (path: string, init?: RequestInit & { key?: string; json?: unknown }) => Promise<Response>
  stop: () => Promise<void>
}

export interface TestServiceOptions {
  /** `sqlite:…` or `postgres://…`; a SQLite file of its own when absent. */
  databaseUrl?: string
  env?: Record<string, string>
  /** Puts other functions in the place of some of the context's. */
  change?: (ctx: Context) => Partial<Context>
}

/** Starts the whole service in this process, through the same door as `npm start`. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-test-'))
  const config = readConfig({
    DATA_DIR: folder,
    CERTIFICATES_DIR: await developmentCertificates(),
    DATABASE_URL: options.databaseUrl,
    LOG_LEVEL: 'debug',
    ...options.env,
  })
  const logs: string[] = []
  const log = createLog(config.logLevel, { write: (line) => logs.push(line) })
  const built = await createContext({ ...config, port: 0 }, log)
  const ctx = { ...built, ...options.change?.(built) }
  const service = await startService(ctx)
  await service.open()
  const url = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`
  const now = () => ctx.now()
  return {
    url,
    server: service.server,
    ctx,
    logs,
    createKey: async (plan = 'unlimited', name = 'Test') =>
      (await createApiKey(ctx.db, { name, plan, now: now() })).key,
    client: (secret) => createClient(wireTo(url, secret)),
    fetch: (path, { key, json, ...init } = {}) => fetch(url + path, requestInit(init, key, json)),
    stop: async () => {
      await service.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A well-formed key that nobody was given. */
export const unknownKey = generateApiKey

function requestInit(init: RequestInit, key: string | undefined, json: unknown): RequestInit {
  const headers = new Headers(init.headers)
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`)
  if (json === undefined) return { ...init, headers }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return { method: 'POST', ...init, headers, body: JSON.stringify(json) }
}

function wireTo(url: string, secret: string): Send<Uint8Array> {
  return async ({ method, path, headers, body, expects }) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, authorization: `Bearer ${secret}` },
      body: body ?? null,
    })
    const { status } = response
    const read = { status, headers: Object.fromEntries(response.headers) }
    return expects === 'file' && response.ok
      ? { ...read, file: new Uint8Array(await response.arrayBuffer()) }
      : { ...read, json: status === 204 ? undefined : await response.json() }
  }
}

let certificates: Promise<string> | undefined

/** One development identity for all services of a test file: making one takes a while. */
function developmentCertificates(): Promise<string> {
  certificates ??= (async () => {
    const folder = await mkdtemp(join(inject('folder'), 'certificates-'))
    await ensureDevelopmentIdentity(folder, new Date())
    return folder
  })()
  return certificates
}
