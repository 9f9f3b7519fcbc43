import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const commandLine = fileURLToPath(new URL('../../src/cli/passwright.ts', import.meta.url))

/** A service in a process of its own, as it runs on an operator's machine. */
export interface ServiceProcess {
  url: string
  child: ChildProcess
  /** What it has printed so far, both streams together. */
  output: () => string
  /** Waits until it has ended and gives the exit code, or the signal that ended it. */
  ended: () => Promise<number | NodeJS.Signals | null>
  /** Sends a signal and gives the exit code, or the signal that ended it. */
  end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>
}

/** What a process may be given besides its settings. */
export interface ProcessOptions {
  cwd?: string
  /** A program and its words that run it in another way, and the Node to run it with. */
  through?: { words: [string, ...string[]]; node: string }
}

/** Starts `main.ts` with these settings and waits until `/ready` says so. */
export async function startProcess(
  env: Record<string, string>,
  options?: ProcessOptions,
): Promise<ServiceProcess> {
  const service = await launchProcess(env, options)
  await untilReady(service)
  return service
}

/** Starts `main.ts` with these settings and waits for nothing: it may be meant to fail. */
export async function launchProcess(
  env: Record<string, string>,
  { cwd, through }: ProcessOptions = {},
): Promise<ServiceProcess> {
  const port = env.PORT ?? String(await freePort())
  const [program, ...words] = [...(through?.words ?? []), through?.node ?? process.execPath, main]
  const child = spawn(program ?? '', words, {
    cwd,
    env: { PATH: process.env.PATH, PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const closed = once(child, 'close')
  const ended = async () => {
    await closed
    return child.exitCode ?? child.signalCode
  }
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    output: () => printed,
    ended,
    end: (signal) => {
      child.kill(signal)
      return ended()
    },
  }
}

/** Runs one command of the command line and gives what it printed on standard output. */
export async function runCommand(env: Record<string, string>, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [commandLine, ...words], {
    env: { PATH: process.env.PATH, ...env },
  })
  return stdout
}

/** Makes a key with the command line and gives its secret. */
export async function makeKey(env: Record<string, string>, plan = 'unlimited'): Promise<string> {
  const words = ['keys', 'create', '--name', 'Made for a test', '--plan', plan, '--json']
  return (JSON.parse(await runCommand(env, ...words)) as { key: string }).key
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until `/ready` says so; throws with what it printed when it ends before. */
export async function untilReady({ url, child, output }: ServiceProcess): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const ended = child.exitCode ?? child.signalCode
    if (ended !== null) throw new Error(`The service ended with ${ended}:\n${output()}`)
    const response = await fetch(`${url}/ready`).catch(() => undefined)
    if (response?.ok) return
    if (performance.now() > deadline) throw new Error(`The service is not ready:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
