import { listApiKeys } from '../accounts/api-keys.ts'
import { type Command, print, printJson } from './command.ts'
import { withDatabase } from './with-database.ts'

export const keysList: Command = {
  summary: 'List the keys, without their secrets.',
  usage: '[--json]',
  options: { json: { type: 'boolean' } },
  takes: [],
  run: async ({ values }) => {
    const keys = await withDatabase((db) => listApiKeys(db, new Date()))
    if (values.json) return printJson(keys)
    if (keys.length === 0) return print('There is no key yet: passwright keys create --name NAME')
    print(
      ...keys.map(({ id, name, plan, createdAt, revokedAt, secrets }) => {
        const state = revokedAt ? `revoked ${revokedAt.slice(0, 10)}` : `${secrets} valid`
        return [id, plan.padEnd(9), createdAt.slice(0, 10), state.padEnd(18), name].join('  ')
      }),
    )
  },
}
