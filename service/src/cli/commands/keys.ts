import { isExpired } from '../../accounts/api-key.ts'
import {
  changeApiKey,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from '../../accounts/api-keys.ts'
import { type PlanName, planNames } from '../../accounts/plans.ts'
import { type Command, CommandError, print, printJson } from '../program/command.ts'
import { withDatabase } from '../program/database.ts'
import { describeLimits, describeStatus, parseDuration, parseLimits } from './key-limits.ts'

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

function parseName(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 100) return value
  throw new CommandError('Give the key a name of 1 to 100 characters: --name "My workflow"')
}

function parsePlan(value: unknown): PlanName {
  const plan = planNames.find((name) => name === value)
  if (plan) return plan
  throw new CommandError(`--plan must be one of: ${planNames.join(', ')}`)
}
