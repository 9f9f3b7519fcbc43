import { ConfigError } from '../config-error.ts'
import { isDatabaseUnavailable } from '../db/failure.ts'

interface SystemError extends Error {
  code?: string
  path?: string
  syscall?: string
  port?: number
  address?: string
}

/** Explanations of a failed start, by the error code of the system. */
const explanationByCode: Record<string, (error: SystemError) => string> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is taken by another program. Stop that program, or set PORT to a free one.`,
  EADDRNOTAVAIL: ({ address }) =>
    `This machine has no address ${address}. Set HOST to one of its own, such as 127.0.0.1.`,
  EACCES: (error) =>
    error.syscall === 'listen'
      ? `Port ${error.port} may not be opened${describeUser()}. Set PORT to one from 1024 on, or let that user open it.`
      : explainNotWritable(error),
  EROFS: explainNotWritable,
  EPERM: explainNotWritable,
  ENOTDIR: explainNotWritable,
  DATABASE_FILE: ({ path, message }) =>
    `${path} cannot be used as the database${describeUser()} (${message}). Give that user the file and its folder, or name another in DATABASE_URL.`,
  ENOSPC: () => 'The disk is full. Make room in DATA_DIR and start again.',
}

/** Explains to the operator why the service does not start, and how to fix it. */
export function explainStartError(error: unknown): string {
  if (error instanceof ConfigError) {
    return ['Passwright cannot start:', ...error.messages.map((line) => `- ${line}`)].join('\n')
  }
  if (!(error instanceof Error)) return `Passwright cannot start: ${String(error)}`
  const explain = explanationByCode[(error as SystemError).code ?? '']
  if (explain) return `Passwright cannot start: ${explain(error)}`
  if (isDatabaseUnavailable(error)) {
    return `Passwright cannot start: the database cannot be used (${error.message || error.name}). Check DATABASE_URL, and that it is up.`
  }
  return `Passwright cannot start: ${error.stack ?? error.message}`
}

function explainNotWritable({ path }: SystemError): string {
  return `${path ?? 'DATA_DIR'} cannot be written${describeUser()}. Give that user the folder, or set DATA_DIR to another.`
}

function describeUser(): string {
  const user = process.getuid?.()
  return user === undefined ? '' : ` by user ${user}`
}
