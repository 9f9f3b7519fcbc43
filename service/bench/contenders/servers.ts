import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import {
  createKeyByCommand,
  type ProcessOptions,
  startServiceProcess,
} from '../../test/support/environment/service-process.ts'
import type { Contender, Running } from './contender.ts'
import { readCpuSeconds } from './cpu-time.ts'
import { runMany } from './many-at-once.ts'
import { buildRequest, drawImages } from './ticket.ts'

/** The names of the servers, for the table of targets. */
export const serverNames = {
  ours: 'Passwright, POST /api/pkpass',
  oursWithLogo: 'Passwright, POST /api/pkpass with a logo as data URI',
  theirs: 'Express with passkit-generator 3.6.1',
} as const

const CONNECTIONS = 16

/** Over HTTP, on 16 connections; what is measured is the CPU time of the server. */
export function createServers(identities: string): Contender[] {
  return [
    { name: serverNames.ours, slice: 400, start: () => startOurs(identities, undefined) },
    {
      name: serverNames.oursWithLogo,
      slice: 300,
      start: async () => startOurs(identities, await drawLogo()),
    },
    {
      name: serverNames.theirs,
      slice: 10,
      start: async () => runServer(await startPasskitServer(identities), {}),
    },
  ]
}

/** A server in a process of its own. */
export interface Server {
  url: string
  /** Only ours asks for one. */
  key?: string
  pid: number | undefined
  /** What it has printed so far. */
  output: () => string
  stop: () => Promise<void>
}

/** Starts our service with these settings and a key of its own, in a folder of its own unless one is given. */
export async function startService(
  settings: Record<string, string> = {},
  options: ProcessOptions = {},
): Promise<Server & { createKey: () => Promise<string> }> {
  const ownFolder = settings.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'passwright-bench-')))
  const env = { DATA_DIR: ownFolder, LOG_LEVEL: 'warn', ...settings }
  const { url, child, output, stop } = await startServiceProcess(env, options)
  const createKey = () => createKeyByCommand({ ...env, NODE_OPTIONS: '' })
  return {
    url,
    key: await createKey(),
    createKey,
    pid: child.pid,
    output,
    stop: async () => {
      await stop('SIGTERM')
      if (settings.DATA_DIR === undefined) await rm(ownFolder, { recursive: true, force: true })
    },
  }
}

/** Creates a client that posts passes, on so many connections. */
export function createPoster({ url, key }: Pick<Server, 'url' | 'key'>, connections: number) {
  const dispatcher = new Agent({ connections })
  let number = 0
  const post = async (more: object = {}): Promise<Uint8Array> => {
    number += 1
    const response = await request(`${url}/api/pkpass`, {
      dispatcher,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ ...buildRequest(number), ...more }),
    })
    const file = await response.body.bytes()
    if (response.statusCode === 200) return file
    throw new Error(`${url}: status ${response.statusCode} ${Buffer.from(file)}`)
  }
  return {
    post,
    postMany: (count: number, more?: object) => runMany(count, connections, () => post(more)),
    close: () => dispatcher.close(),
  }
}

async function startOurs(identities: string, logoURL: string | undefined): Promise<Running> {
  const service = await startService({ CERTIFICATES_DIR: identities })
  return runServer(service, logoURL === undefined ? {} : { logoURL })
}

/** Starts the server with passkit-generator, with these arguments for its Node.js. */
export async function startPasskitServer(
  identities: string,
  nodeArguments: readonly string[] = [],
): Promise<Server> {
  const file = fileURLToPath(new URL('passkit-server.ts', import.meta.url))
  const child = spawn(process.execPath, [...nodeArguments, file, identities], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child.stdout, 'data')
  return {
    url: printed.trim(),
    pid: child.pid,
    output: () => printed,
    async stop() {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}

function runServer(server: Server, more: object): Running {
  const { pid, stop } = server
  const poster = createPoster(server, CONNECTIONS)
  return {
    async make(count) {
      const before = readCpuSeconds(pid)
      await poster.postMany(count, more)
      return readCpuSeconds(pid) - before
    },
    makeSample: () => poster.post(more),
    async stop() {
      await poster.close()
      await stop()
    },
  }
}

/** A logo of 3 KB that PNG compresses badly, like a photograph. */
async function drawLogo(): Promise<string> {
  const { logo } = await drawImages({ logo: [50, 20] })
  return `data:image/png;base64,${logo?.toString('base64')}`
}
