import { scopeNames } from '@passwright/shared'
import { type ApiKey, isExpired } from '../../accounts/api-key.ts'
import {
  changeApiKey,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from '../../accounts/api-keys.ts'
import { type PlanName, planNames } from '../../accounts/plans.ts'
import { formatScopes } from '../../accounts/scopes.ts'
import { type Command, CommandError, print, printJson } from '../program/command.ts'
import { withDatabase } from '../program/context.ts'

export const keysCreate: Command = {
  summary: 'Create an API key; it is shown once.',
  usage: `[--name NAME] [--plan ${planNames.join('|')}] [--scope SCOPE,…] [--expires 90d|DATE] [--json]`,
  options: {
    name: { type: 'string' },
    plan: { type: 'string' },
    scope: { type: 'string' },
    expires: { type: 'string' },
    json: { type: 'boolean' },
  },
  positionals: [],
  run: async ({ values }) => {
    const now = new Date()
    const name = parseName(values.name ?? `Key of ${now.toISOString().slice(0, 10)}`)
    const plan = parsePlan(values.plan ?? 'free')
    const limits = parseLimits(values, now)
    const created = await withDatabase((db) =>
      db.transaction().execute((trx) => createApiKey(trx, { name, plan, ...limits, now })),
    )
    if (values.json) {
      return printJson({ id: created.id, name, plan, ...limits, key: created.key })
    }
    const described = [name, plan, ...describeLimits(created)].join(', ')
    print(`Key ${created.id} (${described}), shown only now:`, created.key)
  },
}

export const keysList: Command = {
  summary: 'List the API keys, without their secrets.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const now = new Date()
    const keys = await withDatabase((db) => listApiKeys(db, now))
    if (values.json) return printJson(keys)
    if (keys.length === 0) return print('There is no key yet: passwright keys create')
    print(
      ...keys.map((key) => {
        const { id, name, plan, createdAt } = key
        const limits = describeLimits(key).map((limit) => `(${limit})`)
        const columns = [id, plan.padEnd(9), createdAt.slice(0, 10), describeStatus(key, now)]
        return [...columns, name, ...limits].join('  ')
      }),
    )
  },
}

export const keysChange: Command = {
  summary: 'Change what an API key may do, or when it ends; its secret stays.',
  usage: 'ID [--scope SCOPE,…|all] [--expires 90d|DATE|never] [--json]',
  options: { scope: { type: 'string' }, expires: { type: 'string' }, json: { type: 'boolean' } },
  positionals: ['ID'],
  run: async ({ values, positionals: [id = ''] }) => {
    const limits = parseLimits(values, new Date())
    if (Object.keys(limits).length === 0) {
      throw new CommandError('Give --scope, --expires or both, such as --scope issue,read')
    }
    const changed = await withDatabase((db) => changeApiKey(db, id, limits))
    if (!changed) {
      throw new CommandError(`There is no key ${id} to change; see: passwright keys list`)
    }
    if (values.json) return printJson(changed)
    const limited = describeLimits(changed).join(', ') || 'all scopes, never ends'
    print(`Key ${id} (${changed.name}) is changed: ${limited}.`)
  },
}

export const keysRevoke: Command = {
  summary: 'Revoke an API key for good; its passes remain.',
  usage: 'ID',
  options: {},
  positionals: ['ID'],
  run: async ({ positionals: [id = ''] }) => {
    const isRevoked = await withDatabase((db) => revokeApiKey(db, id, new Date()))
    if (!isRevoked) {
      throw new CommandError(`There is no key ${id} to revoke; see: passwright keys list`)
    }
    print(`Key ${id} is revoked.`)
  },
}

export const keysRotate: Command = {
  summary: 'Create a new secret for an API key; the old one ends now, or after --keep.',
  usage: 'ID [--keep 24h] [--json]',
  options: { keep: { type: 'string' }, json: { type: 'boolean' } },
  positionals: ['ID'],
  run: async ({ values, positionals: [id = ''] }) => {
    const keepMs = parseDuration(values.keep ?? '0s')
    const rotated = await withDatabase((db) => rotateApiKey(db, id, { keepMs, now: new Date() }))
    if (!rotated) {
      throw new CommandError(`There is no key ${id} to rotate; see: passwright keys list`)
    }
    const { name, plan, key, expiresAt } = rotated
    if (values.json) return printJson({ id, name, plan, key })
    const oldSecret =
      keepMs === 0 ? 'The old secret no longer works.' : `The old secret ends in ${values.keep}.`
    const ended = isExpired(rotated, new Date())
      ? [`But the key ended at ${expiresAt}: passwright keys change ${id} --expires 90d`]
      : []
    print(`New secret of ${id}, shown only now:`, key, oldSecret, ...ended)
  },
}

interface Limits {
  scopes?: ApiKey['scopes']
  expiresAt?: ApiKey['expiresAt']
}

/** The limits that were given. */
function parseLimits({ scope, expires }: Record<string, unknown>, now: Date): Limits {
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

function describeLimits({ scopes, expiresAt }: ApiKey): string[] {
  return [
    ...(scopes === null ? [] : [`only ${formatScopes(scopes)}`]),
    ...(expiresAt === null ? [] : [`ends ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`]),
  ]
}

function describeStatus(key: ApiKey & { revokedAt: string | null; secrets: number }, now: Date) {
  const { revokedAt, expiresAt, secrets } = key
  const isEnded = revokedAt === null && isExpired(key, now)
  const ended = isEnded ? `ended ${expiresAt?.slice(0, 10)}` : `${secrets} valid`
  return (revokedAt ? `revoked ${revokedAt.slice(0, 10)}` : ended).padEnd(18)
}

function parseName(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 100) return value
  throw new CommandError('Give the key a name of 1 to 100 characters: --name "My workflow"')
}

function parsePlan(value: unknown): PlanName {
  const plan = planNames.find((name) => name === value)
  if (plan) return plan
  throw new CommandError(`--plan must be one of: ${planNames.join(', ')}`)
}

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseDuration(value: unknown): number {
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
