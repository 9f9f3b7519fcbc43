import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { prepareQuery } from '../../src/db/prepared-query.ts'
import { databases } from '../support/databases/databases.ts'
import { startTestService } from '../support/environment/test-service.ts'

const insert = prepareQuery<{ name: string; at: string }>()((db, row) =>
  db
    .insertInto('once')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .compile(),
)
const findFrom = prepareQuery<{ from: string }>()((db, { from }) =>
  db
    .selectFrom('once')
    .select(['name', sql<string>`${'found'} || ${from}`.as('note')])
    .where('at', '>=', from)
    .where('name', 'like', 'prepared%')
    .orderBy('at')
    .compile(),
)

// One prepared query serves both databases, one after the other.
describe.each(databases)('a prepared query on $name', ({ createDatabase }) => {
  it('gets the values of each run, inside of transactions and outside', async () => {
    const service = await startTestService({ databaseUrl: await createDatabase() })
    onTestFinished(service.stop)
    const { db } = service.ctx
    const first = await insert(db, { name: 'prepared 1', at: '2027-01-01' })
    const again = await insert(db, { name: 'prepared 1', at: '2027-05-05' })
    expect([first.numAffectedRows, again.numAffectedRows]).toEqual([1n, 0n])
    await db.transaction().execute(async (trx) => {
      // In another order than the first time.
      await insert(trx, { at: '2027-02-02', name: 'prepared 2' })
      expect((await findFrom(trx, { from: '2027' })).rows).toHaveLength(2)
    })
    expect((await findFrom(db, { from: '2027-02' })).rows).toEqual([
      { name: 'prepared 2', note: 'found2027-02' },
    ])
  })
})
