import { createApiKey } from '../accounts/api-keys.ts'
import { type PlanName, planNames } from '../accounts/plans.ts'
import { type Command, print, printJson, UsageError } from './command.ts'
import { withDatabase } from './with-database.ts'

export const keysCreate: Command = {
  summary: 'Make an API key; it is shown once.',
  usage: `--name NAME [--plan ${planNames.join('|')}] [--json]`,
  options: { name: { type: 'string' }, plan: { type: 'string' }, json: { type: 'boolean' } },
  takes: [],
  run: async ({ values }) => {
    const name = nameFrom(values.name)
    const plan = planFrom(values.plan ?? 'free')
    const made = await withDatabase((db) =>
      db.transaction().execute((trx) => createApiKey(trx, { name, plan, now: new Date() })),
    )
    if (values.json) return printJson({ id: made.id, name, plan, key: made.key })
    print(`Key ${made.id} (${name}, ${plan}), shown only now:`, made.key)
  },
}

function nameFrom(given: unknown): string {
  if (typeof given === 'string' && given.trim() !== '' && given.length <= 100) return given
  throw new UsageError('Give the key a name of 1 to 100 characters: --name "My workflow"')
}

function planFrom(given: unknown): PlanName {
  const plan = planNames.find((name) => name === given)
  if (plan) return plan
  throw new UsageError(`--plan must be one of: ${planNames.join(', ')}`)
}
