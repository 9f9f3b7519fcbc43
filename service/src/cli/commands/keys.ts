import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from '../../accounts/api-keys.ts'
import { type PlanName, planNames } from '../../accounts/plans.ts'
import { type Command, CommandError, print, printJson } from '../program/command.ts'
import { withDatabase } from '../program/context.ts'

export const keysCreate: Command = {
  summary: 'Create an API key; it is shown once.',
  usage: `[--name NAME] [--plan ${planNames.join('|')}] [--json]`,
  options: { name: { type: 'string' }, plan: { type: 'string' }, json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const now = new Date()
    const name = parseName(values.name ?? `Key of ${now.toISOString().slice(0, 10)}`)
    const plan = parsePlan(values.plan ?? 'free')
    const created = await withDatabase((db) =>
      db.transaction().execute((trx) => createApiKey(trx, { name, plan, now })),
    )
    if (values.json) return printJson({ id: created.id, name, plan, key: created.key })
    print(`Key ${created.id} (${name}, ${plan}), shown only now:`, created.key)
  },
}

export const keysList: Command = {
  summary: 'List the API keys, without their secrets.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  positionals: [],
  run: async ({ values }) => {
    const keys = await withDatabase((db) => listApiKeys(db, new Date()))
    if (values.json) return printJson(keys)
    if (keys.length === 0) return print('There is no key yet: passwright keys create')
    print(
      ...keys.map(({ id, name, plan, createdAt, revokedAt, secrets }) => {
        const status = revokedAt ? `revoked ${revokedAt.slice(0, 10)}` : `${secrets} valid`
        return [id, plan.padEnd(9), createdAt.slice(0, 10), status.padEnd(18), name].join('  ')
      }),
    )
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
    const { name, plan, key } = rotated
    if (values.json) return printJson({ id, name, plan, key })
    const oldSecret =
      keepMs === 0 ? 'The old secret no longer works.' : `The old secret ends in ${values.keep}.`
    print(`New secret of ${id}, shown only now:`, key, oldSecret)
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

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseDuration(value: unknown): number {
  const [, amount = '', unit = ''] = /^(\d{1,4})([smhd])$/.exec(String(value)) ?? []
  const ms = unitMs[unit]
  if (ms === undefined) throw new CommandError('--keep must be a time such as 30m, 24h or 7d')
  return Number(amount) * ms
}
