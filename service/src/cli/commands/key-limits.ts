import { scopeNames } from '@passwright/shared'
import { type ApiKey, isExpired } from '../../accounts/api-key.ts'
import { formatScopes } from '../../accounts/scopes.ts'
import { CommandError } from '../program/command.ts'

/** What a key may be limited to. */
interface Limits {
  scopes?: ApiKey['scopes']
  expiresAt?: ApiKey['expiresAt']
}

/** Parses the limits that were given. */
export function parseLimits({ scope, expires }: Record<string, unknown>, now: Date): Limits {
  return {
    ...(scope !== undefined && { scopes: parseScopes(scope) }),
    ...(expires !== undefined && { expiresAt: parseEnd(expires, now) }),
  }
}

function parseScopes(value: unknown): ApiKey['scopes'] {
  if (value === 'all') return null
  const names = String(value)
    .split(/[\s,]+/)
    .filter((name) => name !== '')
  const unknown = names.filter((name) => !scopeNames.some((scope) => scope === name))
  if (names.length > 0 && unknown.length === 0) {
    return scopeNames.filter((scope) => names.includes(scope))
  }
  throw new CommandError(`--scope must be all, or some of: ${scopeNames.join(',')}`)
}

/** A time from now (`90d`), a date, which means its end in UTC, or an instant; null for `never`. */
function parseEnd(value: unknown, now: Date): string | null {
  if (value === 'never') return null
  const text = String(value)
  const ms = readDuration(text)
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const end =
    ms === undefined
      ? Date.parse(isDay ? `${text}T23:59:59.999Z` : /^\d{4}-\d\d-\d\dT/.test(text) ? text : '')
      : now.getTime() + ms
  const isReal = !isDay || (end >= 0 && new Date(end).toISOString().startsWith(text))
  if (isReal && end > now.getTime() && end < MAX_END) return new Date(end).toISOString()
  throw new CommandError(
    '--expires must be a time such as 90d, or a date in the future such as 2030-01-31',
  )
}

/** Times are compared as texts, which have four digits for the year. */
const MAX_END = Date.parse('9999-12-31T23:59:59.999Z')

/** Describes what a key is limited to, nothing for what it is not. */
export function describeLimits({ scopes, expiresAt }: ApiKey): string[] {
  return [
    ...(scopes === null ? [] : [`only ${formatScopes(scopes)}`]),
    ...(expiresAt === null ? [] : [`ends ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`]),
  ]
}

/** Describes whether a key is accepted, in a column. */
export function describeStatus(
  key: ApiKey & { revokedAt: string | null; secrets: number },
  now: Date,
) {
  const { revokedAt, expiresAt, secrets } = key
  const isEnded = revokedAt === null && isExpired(key, now)
  const ended = isEnded ? `ended ${expiresAt?.slice(0, 10)}` : `${secrets} valid`
  return (revokedAt ? `revoked ${revokedAt.slice(0, 10)}` : ended).padEnd(18)
}

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Parses the time of `--keep` in milliseconds. */
export function parseDuration(value: unknown): number {
  const ms = readDuration(String(value))
  if (ms === undefined) throw new CommandError('--keep must be a time such as 30m, 24h or 7d')
  return ms
}

/** Reads `90d` in milliseconds; undefined for anything else. */
function readDuration(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d{1,4})([smhd])$/.exec(text) ?? []
  const ms = unitMs[unit]
  return ms === undefined ? undefined : Number(amount) * ms
}
