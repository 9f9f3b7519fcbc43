import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { CommandError } from './command.ts'

/** Asks for a password at the terminal, without showing it; undefined where there is no terminal. */
export function createPasswordPrompt(): ((question: string) => Promise<string>) | undefined {
  return process.stdin.isTTY && process.stderr.isTTY ? askPassword : undefined
}

function askPassword(question: string): Promise<string> {
  // readline writes what is typed to its output, which goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  process.stderr.write(question)
  return new Promise<string>((resolve, reject) => {
    const cancel = () => reject(new CommandError('Nothing was changed.'))
    lines.once('line', resolve)
    lines.once('SIGINT', cancel)
    lines.once('close', cancel)
  }).finally(() => {
    process.stderr.write('\n')
    lines.close()
  })
}
