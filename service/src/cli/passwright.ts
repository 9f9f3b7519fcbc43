#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { explainStartError } from '../startup/start-error.ts'
import { type Command, UsageError } from './command.ts'
import { jobsList } from './jobs.ts'
import { jobsRetry } from './jobs-retry.ts'
import { keysCreate } from './keys.ts'
import { keysList } from './keys-list.ts'
import { keysRevoke } from './keys-revoke.ts'
import { keysRotate } from './keys-rotate.ts'
import { mailTest } from './mail.ts'
import { start } from './start.ts'

/** Every command, by the words that call it. */
const commands: Record<string, Command> = {
  start,
  'keys create': keysCreate,
  'keys list': keysList,
  'keys revoke': keysRevoke,
  'keys rotate': keysRotate,
  'mail test': mailTest,
  'jobs list': jobsList,
  'jobs retry': jobsRetry,
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof UsageError ? error.message : explainStartError(error))
  process.exitCode = 1
}

async function run(words: string[]): Promise<void> {
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((one) =>
    Object.hasOwn(commands, one),
  )
  const command = name === undefined ? undefined : commands[name]
  if (!name || !command) throw new UsageError(`${wrongCommand(words)}\n\n${usage()}`)
  await command.run(readArguments(name, command, words.slice(name.split(' ').length)))
}

function readArguments(name: string, command: Command, args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: command.options,
      allowPositionals: true,
    })
    if (positionals.length !== command.takes.length) {
      throw new UsageError(
        `passwright ${name} takes: ${command.takes.join(' ') || 'no further words'}`,
      )
    }
    return { values, positionals }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${reason}\nUsage: passwright ${name} ${command.usage}`)
  }
}

function wrongCommand(words: string[]): string {
  return words.length === 0
    ? 'Which command?'
    : `There is no command "${words.slice(0, 2).join(' ')}".`
}

function usage(): string {
  const lines = Object.entries(commands).map(
    ([name, { usage: rest, summary }]) =>
      `  passwright ${`${name} ${rest}`.trim()}\n      ${summary}`,
  )
  return ['Commands:', ...lines].join('\n')
}
