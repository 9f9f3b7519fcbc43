import pino, { type DestinationStream, type LevelWithSilent, type Logger } from 'pino'

/** The fields that a log line may have; all others are dropped. */
const allowedFields = new Set([
  'requestId',
  'method',
  'route',
  'status',
  'code',
  'ms',
  'keyId',
  'jobId',
  'kind',
  'attempts',
  'state',
  'result',
  'warning',
  'signal',
  'version',
  'passTypeIdentifier',
  'error',
])

/** Patterns of secrets and email addresses, which are masked wherever they appear. */
const secrets =
  /pw_live_\w+|whsec_[\w+/=]+|(?:ApplePass|Bearer)\s+[^\s"\\]+|:\/\/[^\s/@"]+@|[^\s"<>@/\\]{1,64}@[^\s"<>@/\\]{1,255}\.\p{L}{2,}/giu

/** Creates the log: JSON lines on standard output, with only the allowed fields. */
export function createLog(
  level: LevelWithSilent,
  output: DestinationStream = process.stdout,
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: pickAllowedFields },
    },
    { write: (line) => output.write(line.replace(secrets, '[hidden]')) },
  )
}

function pickAllowedFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => allowedFields.has(name))
      .map(([name, value]) => [name, value instanceof Error ? describeError(value) : value]),
  )
}

/** Describes an error without quoted texts, because database drivers quote values of requests. */
function describeError(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    code: typeof code === 'string' ? code : undefined,
    message: error.message.replace(/(["'`]).*?\1/gs, '…').slice(0, 300),
    at: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .map((line) => line.trim()),
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  }
}
