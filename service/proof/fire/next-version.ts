// The next version of the service, as far as an upgrade is concerned: a copy of this one with one more migration.
import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The name of its migration. */
export const nextMigration = '999-next'

/** It adds a column and an index while the version before runs on. */
const up = `async (db) => {
  await db.schema.alterTable('pass').addColumn('next_version', 'text').execute()
  await db.schema.createIndex('pass_next_version').on('pass').column('next_version').execute()
}`

/** Copies the service into a folder and adds the migration; returns the path of the copy's \`main.ts\`. */
export function copyNextVersion(folder: string): string {
  for (const name of ['package.json', 'shared', 'node_modules']) {
    symlinkSync(join(root, name), join(folder, name))
  }
  const service = join(folder, 'service')
  mkdirSync(service)
  for (const name of globSync('*', { cwd: join(root, 'service') })) {
    if (name !== 'src' && name !== 'data')
      symlinkSync(join(root, 'service', name), join(service, name))
  }
  cpSync(join(root, 'service/src'), join(service, 'src'), { recursive: true })
  const file = join(service, 'src/db/database.ts')
  const source = readFileSync(file, 'utf8')
  const marker = 'getMigrations: async () => ({\n'
  if (!source.includes(marker))
    throw new Error('db/database.ts lists its migrations in another way')
  writeFileSync(file, source.replace(marker, `${marker}'${nextMigration}': { up: ${up} },\n`))
  return join(service, 'src/main.ts')
}
