import { readFileSync } from 'node:fs'

/** An error that the person at the terminal can fix; its message is all they see. */
export class UserError extends Error {}

/** @type {{ pattern: string, fix: string }[]} what npm, pnpm and the file system print, and what to do about it */
const failures = JSON.parse(readFileSync(new URL('failures.json', import.meta.url), 'utf8'))

/**
 * Turns the output of a failed program, or a file system error, into a sentence that says what to do.
 * @param {string} task such as "Installing the dependencies"
 * @param {string} output
 */
export function toUserError(task, output) {
  const failure = failures.find(({ pattern }) => new RegExp(pattern, 'i').test(output))
  // The address of a registry or a proxy may hold a password.
  const masked = output.replace(/:\/\/[^\s/@]+@/g, '://…@')
  const lastLines = masked.trim().split('\n').slice(-12).join('\n')
  return new UserError(`${task} failed${failure ? `. ${failure.fix}` : `:\n${lastLines}`}`)
}

/** Prints a line for the person at the terminal; standard output belongs to the command. @param {string} line */
export function say(line) {
  process.stderr.write(`Passwright: ${line}\n`)
}
