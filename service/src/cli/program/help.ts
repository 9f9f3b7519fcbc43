import { findClosestMatch } from '../../text/closest-match.ts'
import { type Command, CommandError } from './command.ts'

/** The commands by name, such as `keys create`. */
export type Commands = Readonly<Record<string, Command>>

/** Whether arguments ask for help: by `help`, `--help` or `-h`, alone or with a noun or a command. */
export function asksForHelp(args: readonly string[]): boolean {
  return args[0] === 'help' || args.some((arg) => arg === '--help' || arg === '-h')
}

/** The help that arguments ask for; throws when there is no such noun or command. */
export function getHelp(commands: Commands, args: readonly string[]): string {
  const words = toWords(args[0] === 'help' ? args.slice(1) : args)
  if (words.length === 0) return buildHelp(commands, Object.keys(commands))
  const names = findNames(commands, words)
  if (names.length === 0) throw createUnknownCommand(commands, words)
  return buildHelp(commands, names)
}

/** The error for arguments that begin with no command: which one was meant, and what there is. */
export function createUnknownCommand(commands: Commands, args: readonly string[]): CommandError {
  const words = toWords(args)
  const all = Object.keys(commands)
  const ofNoun = findNames(commands, words.slice(0, 1))
  const help = buildHelp(commands, ofNoun.length > 0 ? ofNoun : all)
  return new CommandError(`${describeUnknown(all, words)}\n\n${help}`)
}

function describeUnknown(names: readonly string[], words: readonly string[]): string {
  const [noun] = words
  if (noun === undefined) return 'Which command?'
  const nouns = [...new Set(names.map((name) => name.split(' ')[0] ?? ''))]
  if (words.length === 1 && nouns.includes(noun)) return `Which ${noun} command?`
  const typed = words.slice(0, 2).join(' ')
  const meant = findClosestMatch(typed, names) ?? findClosestMatch(noun, nouns)
  const suggestion = meant === undefined || meant === noun ? '' : ` Did you mean "${meant}"?`
  return `There is no command "${typed}".${suggestion}`
}

/** The names that begin with these words: one command, or all of a noun. */
function findNames(commands: Commands, words: readonly string[]): string[] {
  const names = Object.keys(commands)
  const [noun = '', verb = ''] = words
  const exact = names.filter((name) => name === noun || name === `${noun} ${verb}`)
  if (exact.length > 0) return exact
  return words.length === 1 ? names.filter((name) => name.startsWith(`${noun} `)) : []
}

function buildHelp(commands: Commands, names: readonly string[]): string {
  const lines = names.flatMap((name) => {
    const command = commands[name]
    if (!command) return []
    const { usage, summary } = command
    return `  passwright ${`${name} ${usage}`.trim()}\n      ${summary}`
  })
  return [names.length === 1 ? 'Usage:' : 'Commands:', ...lines].join('\n')
}

function toWords(args: readonly string[]): string[] {
  return args.filter((arg) => !arg.startsWith('-'))
}
