import { IdentityError } from '../apple/certificates/load.ts'
import { ConfigError } from '../config.ts'
import { isDatabaseUnavailable } from '../db/failure.ts'
import { ThemeError } from '../email/templates/theme.ts'

interface SystemError extends Error {
  code?: string
  path?: string
  syscall?: string
  port?: number
  address?: string
}

/** What a failed start is about, by the system's error code. */
const systemFailures: Record<string, (error: SystemError) => string> = {
  EADDRINUSE: ({ port }) =>
    `Port ${port} is taken by another program. Stop that program, or set PORT to a free one.`,
  EADDRNOTAVAIL: ({ address }) =>
    `This machine has no address ${address}. Set HOST to one of its own, such as 127.0.0.1.`,
  EACCES: (error) =>
    error.syscall === 'listen'
      ? `Port ${error.port} may not be opened${byUser()}. Set PORT to one from 1024 on, or let that user open it.`
      : notWritable(error),
  EROFS: (error) => notWritable(error),
  EPERM: (error) => notWritable(error),
  ENOTDIR: (error) => notWritable(error),
  DATABASE_FILE: ({ path, message }) =>
    `${path} cannot be used as the database${byUser()} (${message}). Give that user the file and its folder, or name another in DATABASE_URL.`,
  ENOSPC: () => 'The disk is full. Make room in DATA_DIR and start again.',
}

/** The sentences that an operator reads when the service does not start: what is wrong, and the fix. */
export function explainStartError(error: unknown): string {
  if (
    error instanceof ConfigError ||
    error instanceof IdentityError ||
    error instanceof ThemeError
  ) {
    return ['Passwright cannot start:', ...error.mistakes.map((mistake) => `- ${mistake}`)].join(
      '\n',
    )
  }
  if (!(error instanceof Error)) return `Passwright cannot start: ${String(error)}`
  const explain = systemFailures[(error as SystemError).code ?? '']
  if (explain) return `Passwright cannot start: ${explain(error)}`
  if (isDatabaseUnavailable(error)) {
    return `Passwright cannot start: the database cannot be used (${error.message || error.name}). Check DATABASE_URL, and that it is up.`
  }
  return `Passwright cannot start: ${error.stack ?? error.message}`
}

function notWritable({ path }: SystemError): string {
  return `${path ?? 'DATA_DIR'} cannot be written${byUser()}. Give that user the folder, or set DATA_DIR to another.`
}

function byUser(): string {
  const user = process.getuid?.()
  return user === undefined ? '' : ` by user ${user}`
}
