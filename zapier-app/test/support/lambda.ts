import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const host = fileURLToPath(new URL('./lambda-host.mjs', import.meta.url))

/** An error that the app returned to Zapier. */
export class LambdaError extends Error {
  constructor({ name, message }: { name: string; message: string }) {
    super(message)
    this.name = name
  }
}

/** The unpacked app in its own process. */
export interface Lambda {
  /** Sends an event and returns the result. Like a Lambda function, it handles one event at a time. */
  run: (event: object) => Promise<{ results: unknown }>
  /** Returns everything that the process printed. */
  output: () => string
  stop: () => Promise<void>
}

export interface LambdaOptions {
  folder: string
  /** The path of the Node executable. */
  node?: string
  /** Arguments for Node, such as `--permission`. */
  nodeArgs?: string[]
  env?: Record<string, string>
}

/** Builds the arguments that allow Node to read only these paths, and to write nothing. */
export function allowReadsOnly(...paths: string[]): string[] {
  return ['--permission', ...[...paths, host].map((path) => `--allow-fs-read=${path}`)]
}

/** Starts the app; throws with its output if it does not start. */
export async function startLambda({ folder, node, nodeArgs, env }: LambdaOptions): Promise<Lambda> {
  const child = fork(host, [join(folder, 'zapierwrapper.js')], {
    execPath: node ?? process.execPath,
    execArgv: nodeArgs ?? [],
    // Without the variables of this test run: core behaves differently if it detects a test.
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  // Not the event `close` of the child process: Node does not emit it if this side disconnected (24.21).
  const exited = Promise.all([
    once(child, 'exit'),
    ...[child.stdout, child.stderr].map((stream) => stream && once(stream, 'close')),
  ])
  const [first] = (await Promise.race([once(child, 'message'), exited])) as [{ ready?: true }]
  if (!first?.ready) throw new Error(`The app did not start:\n${output}`)

  let previous: Promise<unknown> = Promise.resolve()
  const send = async (event: object) => {
    // Events are sent to Lambda functions as JSON.
    child.send({ id: 1, event: JSON.parse(JSON.stringify(event)) })
    const [reply] = await Promise.race([once(child, 'message'), exited.then(() => [undefined])])
    if (!reply) throw new Error(`The app exited:\n${output}`)
    if (reply.error) throw new LambdaError(reply.error)
    return reply.result
  }
  return {
    run: (event) => {
      const result = previous.then(() => send(event))
      previous = result.catch(() => {})
      return result
    },
    output: () => output,
    stop: async () => {
      if (child.connected) child.disconnect()
      await exited
    },
  }
}
