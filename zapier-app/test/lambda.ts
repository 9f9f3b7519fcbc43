import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const host = fileURLToPath(new URL('./lambda-host.mjs', import.meta.url))

/** An error as it crosses to Zapier: a name and words. */
export class LambdaError extends Error {
  constructor({ name, message }: { name: string; message: string }) {
    super(message)
    this.name = name
  }
}

/** The unpacked app in a process of its own. */
export interface Lambda {
  /** Hands it an event and gives what it answers; events wait for each other as at Zapier. */
  run: (event: object) => Promise<{ results: unknown }>
  /** What it printed. */
  output: () => string
  stop: () => Promise<void>
}

export interface LambdaOptions {
  folder: string
  /** The Node to run on. */
  node?: string
  /** Words for that Node, such as `--permission`. */
  words?: string[]
  env?: Record<string, string>
}

/** The words that let Node read these paths, and nothing else. */
export function mayReadOnly(...paths: string[]): string[] {
  return ['--permission', ...[...paths, host].map((path) => `--allow-fs-read=${path}`)]
}

/** Starts the app; throws with what it printed when it does not come up. */
export async function startLambda({ folder, node, words, env }: LambdaOptions): Promise<Lambda> {
  const child = fork(host, [join(folder, 'zapierwrapper.js')], {
    execPath: node ?? process.execPath,
    execArgv: words ?? [],
    // Not the variables of this test run: core behaves differently where it smells a test.
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  // Node tells no `close` where this side hung up (24.21).
  const ended = Promise.all([
    once(child, 'exit'),
    ...[child.stdout, child.stderr].map((stream) => stream && once(stream, 'close')),
  ])
  const [first] = (await Promise.race([once(child, 'message'), ended])) as [{ ready?: true }]
  if (!first?.ready) throw new Error(`The app does not start:\n${printed}`)

  let turn: Promise<unknown> = Promise.resolve()
  const send = async (event: object) => {
    // Only what can be written as JSON gets to Zapier's machine.
    child.send({ id: 1, event: JSON.parse(JSON.stringify(event)) })
    const [answer] = await Promise.race([once(child, 'message'), ended.then(() => [undefined])])
    if (!answer) throw new Error(`The app ended:\n${printed}`)
    if (answer.error) throw new LambdaError(answer.error)
    return answer.result
  }
  return {
    run: (event) => {
      const answer = turn.then(() => send(event))
      turn = answer.catch(() => {})
      return answer
    },
    output: () => printed,
    stop: async () => {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
