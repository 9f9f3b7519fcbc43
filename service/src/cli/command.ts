import type { ParseArgsConfig } from 'node:util'

/** The options and words that a command was called with. */
export interface Arguments {
  values: Record<string, unknown>
  positionals: string[]
}

/** One command of the command line. */
export interface Command {
  summary: string
  /** What may follow its name, for the help. */
  usage: string
  options: NonNullable<ParseArgsConfig['options']>
  /** The words it takes besides its options, such as `ID`. */
  takes: string[]
  run: (given: Arguments) => Promise<void>
}

/** A mistake in how a command was called: its message is all that the caller needs. */
export class UsageError extends Error {}

/** Prints one JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Prints lines for people. */
export function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
