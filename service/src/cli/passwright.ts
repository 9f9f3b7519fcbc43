#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { explainStartError } from '../startup/start-error.ts'
import { backup, restore } from './commands/backup.ts'
import { certsImport, certsRequest } from './commands/certs/certs.ts'
import { certsStatus } from './commands/certs/status.ts'
import { doctor } from './commands/doctor.ts'
import { forget } from './commands/forget.ts'
import { googleCheck } from './commands/google.ts'
import { inspect } from './commands/inspect.ts'
import { jobsDrop, jobsList, jobsRetry } from './commands/jobs.ts'
import { keysChange, keysCreate, keysList, keysRevoke, keysRotate } from './commands/keys.ts'
import { mailTest } from './commands/mail.ts'
import { start } from './commands/start.ts'
import {
  templatesExport,
  templatesImport,
  templatesList,
  templatesShow,
} from './commands/templates.ts'
import { verify } from './commands/verify.ts'
import { type Arguments, type Command, CommandError, print } from './program/command.ts'
import { type Commands, createUnknownCommand, findRequestedHelp } from './program/help.ts'

/** All commands by name. */
const commands: Commands = {
  start,
  doctor,
  'keys create': keysCreate,
  'keys list': keysList,
  'keys change': keysChange,
  'keys revoke': keysRevoke,
  'keys rotate': keysRotate,
  'certs request': certsRequest,
  'certs import': certsImport,
  'certs status': certsStatus,
  'mail test': mailTest,
  'google check': googleCheck,
  'jobs list': jobsList,
  'jobs retry': jobsRetry,
  'jobs drop': jobsDrop,
  'templates list': templatesList,
  'templates show': templatesShow,
  'templates import': templatesImport,
  'templates export': templatesExport,
  forget,
  backup,
  restore,
  verify,
  inspect,
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof CommandError ? error.message : explainStartError(error))
  process.exitCode = 1
}

async function run(args: string[]): Promise<void> {
  const help = findRequestedHelp(commands, args)
  if (help !== undefined) return print(help)
  const name = [args.slice(0, 2).join(' '), args[0] ?? ''].find((candidate) =>
    Object.hasOwn(commands, candidate),
  )
  const command = name === undefined ? undefined : commands[name]
  if (!name || !command) throw createUnknownCommand(commands, args)
  await command.run(parseArguments(name, command, args.slice(name.split(' ').length)))
}

function parseArguments(name: string, command: Command, args: string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: command.options,
      allowPositionals: true,
    })
    const required = command.positionals.filter((positional) => !positional.startsWith('['))
    const { length } = positionals
    const isOpen = command.positionals.at(-1)?.endsWith('...')
    const max = isOpen ? Number.POSITIVE_INFINITY : command.positionals.length
    if (length < required.length || length > max) {
      throw new CommandError(
        `passwright ${name} takes: ${command.positionals.join(' ') || 'no further words'}`,
      )
    }
    return { values, positionals }
  } catch (error) {
    if (error instanceof CommandError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(`${reason}\nUsage: passwright ${name} ${command.usage}`)
  }
}
