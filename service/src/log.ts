import pino, { type DestinationStream, type Logger } from 'pino'
import type { Config } from './config.ts'

/** What a log line may say; whatever else is handed in is left out. */
const allowed = new Set([
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

/** Shapes of secrets and addresses, blotted out wherever they slip in after all. */
const secrets =
  /pw_live_\w+|whsec_[\w+/=]+|(?:ApplePass|Bearer)\s+[^\s"\\]+|:\/\/[^\s/@"]+@|[^\s"<>@/\\]{1,64}@[^\s"<>@/\\]{1,255}\.\p{L}{2,}/giu

/** JSON lines on standard output, from an allow-list of fields. */
export function createLog(
  level: Config['logLevel'],
  output: DestinationStream = process.stdout,
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: onlyAllowed },
    },
    { write: (line) => output.write(line.replace(secrets, '[hidden]')) },
  )
}

function onlyAllowed(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => allowed.has(name))
      .map(([name, value]) => [name, value instanceof Error ? describe(value) : value]),
  )
}

/** An error without the words in quotes, where drivers put what callers have sent. */
function describe(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    code: typeof code === 'string' ? code : undefined,
    message: error.message.replace(/(["'`]).*?\1/gs, '…').slice(0, 300),
    at: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .map((line) => line.trim()),
    cause: error.cause instanceof Error ? describe(error.cause) : undefined,
  }
}
