import { revokeApiKey } from '../accounts/api-keys.ts'
import { type Command, print, UsageError } from './command.ts'
import { withDatabase } from './with-database.ts'

export const keysRevoke: Command = {
  summary: 'End a key for good; its passes stay.',
  usage: 'ID',
  options: {},
  takes: ['ID'],
  run: async ({ positionals: [id = ''] }) => {
    const done = await withDatabase((db) => revokeApiKey(db, id, new Date()))
    if (!done) throw new UsageError(`There is no key ${id} to revoke; see: passwright keys list`)
    print(`Key ${id} is revoked.`)
  },
}
