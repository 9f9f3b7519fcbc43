import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Client, createClient, type Send } from '@passwright/shared'
import { inject } from 'vitest'
import { generateApiKey } from '../../../src/accounts/api-key.ts'
import { createApiKey } from '../../../src/accounts/api-keys.ts'
import type { PlanName } from '../../../src/accounts/plans.ts'
import { ensureDevelopmentIdentity } from '../../../src/apple/certificates/folder/development.ts'
import { readConfig } from '../../../src/config.ts'
import { type Context, createContext } from '../../../src/context.ts'
import { createLog } from '../../../src/log.ts'
import { startService } from '../../../src/startup/service.ts'
import { assertDescribed } from '../http/described-replies.ts'

/** A service in the test's process, listening on a free port of 127.0.0.1. */
export interface TestService {
  url: string
  server: Server
  ctx: Context
  /** Every line of its log. */
  logs: string[]
  /** Creates an API key and returns it. */
  createKey: (plan?: PlanName, name?: string) => Promise<string>
  /** Creates our own client with an API key. */
  client: (key: string) => Client<Uint8Array>
  /** Sends a plain request, such as our client would never send. */
  fetch: (path: string, init?: RequestInit & { key?: string; json?: unknown }) => Promise<Response>
  stop: () => Promise<void>
}

export interface TestServiceOptions {
  /** `sqlite:…` or `postgres://…`; a SQLite file of its own when absent. */
  databaseUrl?: string
  env?: Record<string, string>
  /** How long to wait for a database that does not respond; as long as in production when absent. */
  databaseTimeoutMs?: number
  /** Replaces parts of the context. */
  overrides?: (ctx: Context) => Partial<Context>
}

/** Starts the whole service in this process, with the same function as `npm start`. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const folder = await mkdtemp(join(inject('folder'), 'service-'))
  const config = readConfig({
    DATA_DIR: folder,
    CERTIFICATES_DIR: await ensureDevelopmentCertificates(),
    DATABASE_URL: options.databaseUrl,
    LOG_LEVEL: 'debug',
    ...options.env,
  })
  const logs: string[] = []
  const log = createLog(config.logLevel, { write: (line) => logs.push(line) })
  const original = await createContext({ ...config, port: 0 }, log)
  const ctx = { ...original, pollMs: 50, ...options.overrides?.(original) }
  const service = await startService(ctx, options.databaseTimeoutMs)
  await service.open().catch(async (error: unknown) => {
    await service.stop()
    throw error
  })
  const url = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`
  const now = () => ctx.now()
  return {
    url,
    server: service.server,
    ctx,
    logs,
    createKey: async (plan = 'unlimited', name = 'Test') =>
      (await createApiKey(ctx.db, { name, plan, now: now() })).key,
    client: (key) => createClient(createSend(url, key)),
    fetch: (path, { key, json, ...init } = {}) =>
      fetch(url + path, buildRequestInit(init, key, json)),
    stop: async () => {
      await service.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Generates a well-formed API key that the service does not know. */
export const createUnknownKey = generateApiKey

function buildRequestInit(init: RequestInit, key: string | undefined, json: unknown): RequestInit {
  const headers = new Headers(init.headers)
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`)
  if (json === undefined) return { ...init, headers }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json')
  return { method: 'POST', ...init, headers, body: JSON.stringify(json) }
}

function createSend(url: string, key: string): Send<Uint8Array> {
  return async ({ method, path, headers, body, expects }) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, authorization: `Bearer ${key}` },
      body: body ?? null,
    })
    const { status } = response
    const read = { status, headers: Object.fromEntries(response.headers) }
    if (expects === 'file' && response.ok) {
      return { ...read, file: new Uint8Array(await response.arrayBuffer()) }
    }
    const json = status === 204 ? undefined : await response.json()
    assertDescribed({ method, path, status, json })
    return { ...read, json }
  }
}

let certificates: Promise<string> | undefined

/** Creates one development identity for all services of a test file, since that takes a while. */
function ensureDevelopmentCertificates(): Promise<string> {
  certificates ??= (async () => {
    const folder = await mkdtemp(join(inject('folder'), 'certificates-'))
    await ensureDevelopmentIdentity(folder, new Date())
    return folder
  })()
  return certificates
}
