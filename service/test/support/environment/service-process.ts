import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findFreePort } from './free-port.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const commandLine = fileURLToPath(new URL('../../../src/cli/passwright.ts', import.meta.url))

/** The service in a process of its own, as on an operator's machine. */
export interface ServiceProcess {
  url: string
  child: ChildProcess
  /** Returns what it has printed so far on both streams. */
  output: () => string
  /** Waits until it has exited; returns the exit code, or the signal that ended it. */
  waitForExit: () => Promise<number | NodeJS.Signals | null>
  /** Sends a signal and waits like `waitForExit`. */
  stop: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>
}

/** Options besides the settings. */
export interface ProcessOptions {
  cwd?: string
  /** The `main.ts` to start; that of this checkout when absent. */
  main?: string
  /** A command that starts the process, and the Node to run it with. */
  launcher?: { command: [string, ...string[]]; node: string }
}

/** Starts `main.ts` with these settings and waits until it is ready. */
export async function startServiceProcess(
  env: Record<string, string>,
  options?: ProcessOptions,
): Promise<ServiceProcess> {
  const service = await spawnService(env, options)
  await waitUntilReady(service)
  return service
}

/** Starts `main.ts` with these settings without waiting until it is ready: it may be meant to fail. */
export async function spawnService(
  env: Record<string, string>,
  { cwd, main: file = main, launcher }: ProcessOptions = {},
): Promise<ServiceProcess> {
  const port = env.PORT ?? String(await findFreePort())
  const node = launcher?.node ?? process.execPath
  const [program, ...args] = [...(launcher?.command ?? []), node, file]
  const child = spawn(program ?? '', args, {
    cwd,
    env: { ...pickInheritedVariables(), PORT: port, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const closed = once(child, 'close')
  const waitForExit = async () => {
    await closed
    return child.exitCode ?? child.signalCode
  }
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    output: () => printed,
    waitForExit,
    stop: (signal) => {
      child.kill(signal)
      return waitForExit()
    },
  }
}

/** How a command ended and what it printed. */
export interface CommandResult {
  exitCode: number
  stdout: string
  stderr: string
}

/** Runs a command of the command line in a process of its own, with these settings and no others. */
export function tryCommand(env: Record<string, string>, ...args: string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = { env: { ...pickInheritedVariables(), ...env } }
    execFile(process.execPath, [commandLine, ...args], options, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })
}

/** Runs a command and returns its standard output; throws if it fails. */
export async function runCommand(env: Record<string, string>, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [commandLine, ...args], {
    env: { ...pickInheritedVariables(), ...env },
  })
  return stdout
}

/** Creates an API key with the command line and returns it. */
export async function createKeyByCommand(
  env: Record<string, string>,
  plan = 'unlimited',
): Promise<string> {
  const args = ['keys', 'create', '--name', 'Created for a test', '--plan', plan, '--json']
  return (JSON.parse(await runCommand(env, ...args)) as { key: string }).key
}

/** The only environment variables that a process inherits from the tests. */
function pickInheritedVariables(): Record<string, string | undefined> {
  const { PATH, NODE_COMPILE_CACHE } = process.env
  return { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) }
}

/** Waits until `/ready` responds with 200; throws with the output if the process exits first. */
export async function waitUntilReady({ url, child, output }: ServiceProcess): Promise<void> {
  const deadline = performance.now() + 50_000
  for (;;) {
    const exit = child.exitCode ?? child.signalCode
    if (exit !== null) throw new Error(`The service ended with ${exit}:\n${output()}`)
    const response = await fetch(`${url}/ready`).catch(() => undefined)
    if (response?.ok) return
    if (performance.now() > deadline) throw new Error(`The service is not ready:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
