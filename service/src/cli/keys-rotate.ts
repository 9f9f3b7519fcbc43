import { rotateApiKey } from '../accounts/api-keys.ts'
import { type Command, print, printJson, UsageError } from './command.ts'
import { withDatabase } from './with-database.ts'

export const keysRotate: Command = {
  summary: 'Give the owner of a key a new secret; the old one ends now, or after --keep.',
  usage: 'ID [--keep 24h] [--json]',
  options: { keep: { type: 'string' }, json: { type: 'boolean' } },
  takes: ['ID'],
  run: async ({ values, positionals: [id = ''] }) => {
    const keepMs = durationFrom(values.keep ?? '0s')
    const made = await withDatabase((db) => rotateApiKey(db, id, { keepMs, now: new Date() }))
    if (!made) throw new UsageError(`There is no key ${id} to rotate; see: passwright keys list`)
    if (values.json) return printJson({ id, name: made.name, plan: made.plan, key: made.key })
    const old =
      keepMs === 0 ? 'The old one is refused from now on.' : `The old one ends in ${values.keep}.`
    print(`New secret of ${id}, shown only now:`, made.key, old)
  },
}

const units: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function durationFrom(given: unknown): number {
  const [, amount = '', unit = ''] = /^(\d{1,4})([smhd])$/.exec(String(given)) ?? []
  const unitMs = units[unit]
  if (unitMs === undefined) throw new UsageError('--keep must be a time such as 30m, 24h or 7d')
  return Number(amount) * unitMs
}
