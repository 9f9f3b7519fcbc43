#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { explainStartError } from '../startup/start-error.ts'
import { version } from '../version.ts'
import { type Arguments, type Command, CommandError, print } from './program/command.ts'
import { asksForHelp, type Commands, createUnknownCommand, getHelp } from './program/help.ts'

/** All commands by name. Only the one that runs is loaded: some need most of the service. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.ts')).start,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  'keys create': async () => (await import('./commands/keys.ts')).keysCreate,
  'keys list': async () => (await import('./commands/keys.ts')).keysList,
  'keys change': async () => (await import('./commands/keys.ts')).keysChange,
  'keys revoke': async () => (await import('./commands/keys.ts')).keysRevoke,
  'keys rotate': async () => (await import('./commands/keys.ts')).keysRotate,
  'certs request': async () => (await import('./commands/certs/certs.ts')).certsRequest,
  'certs import': async () => (await import('./commands/certs/certs.ts')).certsImport,
  'certs status': async () => (await import('./commands/certs/status.ts')).certsStatus,
  'mail test': async () => (await import('./commands/mail.ts')).mailTest,
  'google check': async () => (await import('./commands/google.ts')).googleCheck,
  'jobs list': async () => (await import('./commands/jobs.ts')).jobsList,
  'jobs retry': async () => (await import('./commands/jobs.ts')).jobsRetry,
  'jobs drop': async () => (await import('./commands/jobs.ts')).jobsDrop,
  'templates list': async () => (await import('./commands/templates.ts')).templatesList,
  'templates show': async () => (await import('./commands/templates.ts')).templatesShow,
  'templates import': async () => (await import('./commands/templates.ts')).templatesImport,
  'templates export': async () => (await import('./commands/templates.ts')).templatesExport,
  forget: async () => (await import('./commands/forget.ts')).forget,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/backup.ts')).restore,
  verify: async () => (await import('./commands/verify.ts')).verify,
  inspect: async () => (await import('./commands/inspect.ts')).inspect,
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof CommandError ? error.message : explainStartError(error))
  process.exitCode = 1
}

async function run(args: string[]): Promise<void> {
  if (asksForHelp(args)) return print(getHelp(await loadAll(), args))
  if (args.length === 1 && ['--version', '-v'].includes(args[0] ?? '')) return print(version)
  const name = [args.slice(0, 2).join(' '), args[0] ?? ''].find((candidate) =>
    Object.hasOwn(commands, candidate),
  )
  const command = name === undefined ? undefined : await commands[name]?.()
  if (!name || !command) throw createUnknownCommand(await loadAll(), args)
  await command.run(parseArguments(name, command, args.slice(name.split(' ').length)))
}

async function loadAll(): Promise<Commands> {
  const loading = Object.entries(commands).map(
    async ([name, load]) => [name, await load()] as const,
  )
  return Object.fromEntries(await Promise.all(loading))
}

function parseArguments(name: string, command: Command, args: string[]): Arguments {
  try {
    const { values, positionals, tokens } = parseArgs({
      args,
      options: command.options,
      allowPositionals: true,
      tokens: true,
    })
    const given = tokens.flatMap((token) =>
      token.kind === 'option' && token.value ? token.name : [],
    )
    const repeated = given.find((option, index) => given.indexOf(option) !== index)
    if (repeated !== undefined) throw new CommandError(`--${repeated} is there twice; give it once`)
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
