import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Kysely, sql } from 'kysely'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { NodeSqliteDialect } from '../../../src/db/sqlite/dialect.ts'
import {
  createExpectedWrites,
  type ExpectedWrites,
} from '../../../src/db/sqlite/expected-writes.ts'
import { createTemporaryFolder } from '../../support/environment/temporary-folder.ts'

interface Tables {
  word: { text: string }
}

describe('transactions on SQLite that run at the same time', () => {
  let file: string
  let db: Kysely<Tables>
  let expected: ExpectedWrites
  /** What SQLite was asked to do besides queries: `begin immediate`, `savepoint own`, `commit` … */
  let commands: string[]

  beforeEach(async () => {
    file = join(await createTemporaryFolder(), 'words.db')
    expected = createExpectedWrites()
    commands = []
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (
      this: DatabaseSync,
      command,
    ) {
      // Databases of other tests may still be at work in this process.
      if (this.isOpen && this.location() === file) commands.push(command)
      return original.call(this, command)
    })
    onTestFinished(() => exec.mockRestore())
    db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(file, expected) })
    onTestFinished(() => db.destroy())
    await sql`create table word (text text not null unique)`.execute(db)
    commands = []
  })

  const original = DatabaseSync.prototype.exec
  const insert = (text: string, then: () => void = () => {}) =>
    expected.during(() =>
      db.transaction().execute(async (trx) => {
        await trx.insertInto('word').values({ text }).execute()
        then()
      }),
    )
  /** No group becomes old or quiet by itself, however slow the machine. */
  const stopTime = () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
  }
  const countEnded = () => commands.filter((command) => command === 'release own').length
  const countCommits = () => commands.filter((command) => command === 'commit').length
  const listWords = async () =>
    (await db.selectFrom('word').select('text').orderBy('text').execute()).map(({ text }) => text)
  /** What is durable: what a process that starts now would find. */
  const listDurableWords = () => {
    const other = new DatabaseSync(file, { readOnly: true })
    const rows = other.prepare('select text from word order by text').all()
    other.close()
    return rows.map(({ text }) => text)
  }

  it('share one commit', async () => {
    stopTime()
    await Promise.all(['a', 'b', 'c', 'd'].map((text) => insert(text)))
    expect(await listWords()).toEqual(['a', 'b', 'c', 'd'])
    expect(countCommits()).toBe(1)
  })

  it('do not delay a single one', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    await insert('a')
    expect([countCommits(), timers.mock.calls.length]).toEqual([1, 0])
  })

  it('wait for callers who have just been answered, but not when these stay away', async () => {
    stopTime()
    await Promise.all(['a', 'b', 'c'].map((text) => insert(text)))
    expect(countCommits()).toBe(1)
    const early = ['d', 'e'].map((text) => insert(text))
    while (countEnded() < 5) await nextTurn()
    await Promise.all([...early, insert('f')])
    expect(countCommits()).toBe(2)

    const single = insert('g')
    while (countEnded() < 7) await nextTurn()
    expect(countCommits()).toBe(2)
    vi.advanceTimersByTime(4)
    await single
    await insert('h')
    expect(countCommits()).toBe(4)
  })

  it('of jobs share one commit as well, but no caller waits for more of them', async () => {
    stopTime()
    const insertByJob = (text: string) => db.insertInto('word').values({ text }).execute()
    await Promise.all(['a', 'b', 'c'].map(insertByJob))
    expect(countCommits()).toBe(1)
    await insertByJob('d')
    await insert('e')
    expect([countCommits(), await listWords()]).toEqual([3, ['a', 'b', 'c', 'd', 'e']])
  })

  it('fail each on its own', async () => {
    stopTime()
    const refused = new Error('refused')
    const results = await Promise.allSettled([
      insert('a'),
      insert('b', () => {
        throw refused
      }),
      insert('a'),
      insert('c'),
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ])
    expect(results[1]).toMatchObject({ reason: refused })
    expect(results[2]).toMatchObject({ reason: { code: 'ERR_SQLITE_ERROR' } })
    expect(listDurableWords()).toEqual(['a', 'c'])
    expect(countCommits()).toBe(1)
  })

  it('are acknowledged only when they are durable, also to whoever read them and changed nothing', async () => {
    stopTime()
    const slow = Promise.withResolvers<void>()
    // Two more are expected, so the commit waits.
    const running = [1, 2].map(() => expected.during(() => slow.promise))
    const acknowledged: string[] = []
    const first = insert('a').then(() => acknowledged.push('first'))
    const reader = db
      .transaction()
      .execute(async (trx) => {
        const rows = await trx.selectFrom('word').select('text').execute()
        throw new Error(`found ${rows.length}`)
      })
      .catch(({ message }: Error) => acknowledged.push(message))
    while (!commands.includes('rollback to own; release own')) await nextTurn()
    expect([acknowledged, await listWords(), listDurableWords()]).toEqual([[], [], []])

    vi.advanceTimersByTime(1_000)
    await Promise.all([first, reader])
    expect(acknowledged.toSorted()).toEqual(['first', 'found 1'])
    expect(listDurableWords()).toEqual(['a'])
    slow.resolve()
    await Promise.all(running)
  })

  it('are all refused when their commit fails, and the next ones succeed', async () => {
    const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' })
    const exec = vi.mocked(DatabaseSync.prototype.exec)
    const record = exec.getMockImplementation()
    exec.mockImplementation(function (this: DatabaseSync, command) {
      if (command === 'commit') throw full
      return record?.call(this, command)
    })
    const results = await Promise.allSettled([insert('a'), insert('b')])
    expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([
      full,
      full,
    ])
    exec.mockImplementation(record ?? original)
    await Promise.all([insert('b'), insert('c')])
    expect(listDurableWords()).toEqual(['b', 'c'])
  })

  it('are all refused when SQLite rolls them back, and none goes on by itself', async () => {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql.raw(`pragma max_page_count = ${Number(rows[0]?.page_count) + 4}`).execute(db)
    const survivor = db.transaction().execute(async (trx) => {
      await trx
        .insertInto('word')
        .values({ text: 'x'.repeat(100_000) })
        .execute()
        .catch(() => {})
      await trx.insertInto('word').values({ text: 'small' }).execute()
    })
    const results = await Promise.allSettled([insert('a'), survivor, insert('b')])
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { errcode: 13 } })
    await sql.raw('pragma max_page_count = 1000000').execute(db)
    const kept = results.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []))
    expect(listDurableWords()).toEqual(kept.map((index) => ['a', 'small', 'b'][index]))
    expect(listDurableWords()).not.toContain('small')
  })

  it('are committed when the database is closed, but for the one that is still running', async () => {
    stopTime()
    const never = Promise.withResolvers<void>()
    const slow = expected.during(() => never.promise)
    const ended = insert('a')
    const running = db.transaction().execute(async (trx) => {
      await trx.insertInto('word').values({ text: 'b' }).execute()
      await never.promise
    })
    while (commands.filter((one) => one === 'savepoint own').length < 2) await nextTurn()
    await db.destroy()
    await ended
    never.resolve()
    await slow
    await expect(running).rejects.toThrow()
    expect(listDurableWords()).toEqual(['a'])
  })

  it('leave gaps in which another process writes', async () => {
    let isDone = false
    let count = 0
    const load = Array.from({ length: 16 }, async () => {
      while (!isDone) {
        count += 1
        await insert(`word ${count}`)
        await nextTurn()
      }
    })
    const other = new Kysely<Tables>({
      dialect: new NodeSqliteDialect(file, createExpectedWrites()),
    })
    for (let round = 0; round < 10; round += 1) {
      await other
        .insertInto('word')
        .values({ text: `other ${round}` })
        .execute()
    }
    isDone = true
    await Promise.all(load)
    await other.destroy()
    expect((await listWords()).filter((text) => text.startsWith('other'))).toHaveLength(10)
    expect(count).toBeGreaterThan(16)
  })
})
