import type { ParseArgsConfig } from 'node:util'

/** The parsed arguments of a command. */
export interface Arguments {
  values: Record<string, unknown>
  positionals: string[]
}

/** A command of the command line. */
export interface Command {
  summary: string
  /** Its arguments, for the help. */
  usage: string
  options: NonNullable<ParseArgsConfig['options']>
  /** The names of its positional arguments, such as `ID`, `[ID]` if it may be left out, or `FILE...`
   * for one or more. */
  positionals: string[]
  run: (args: Arguments) => Promise<void>
}

/** An error whose message is all that the user of the command needs: no stack trace. */
export class CommandError extends Error {}

/** Prints one JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Prints lines for people on standard output. */
export function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
