import type { DatabaseSync } from 'node:sqlite'
import type { Begin } from './begin.ts'
import type { ExpectedWrites } from './expected-writes.ts'
import { createTurns } from './turns.ts'

/**
 * Transactions that share a `COMMIT`, and so a wait for the disk. They run one after the other, each
 * inside a savepoint of its own: one that is rolled back takes nobody along.
 */
export interface GroupCommit {
  /** Waits for its turn and starts a transaction. */
  begin: () => Promise<void>
  /** Ends the running transaction; resolves once its rows are durable, rejects if they are lost. */
  commit: () => Promise<void>
  /** Undoes the running transaction; resolves once the rows are durable that it may have read. */
  rollback: () => Promise<void>
  /** Runs a statement of the running transaction. */
  execute: <T>(statement: () => T) => T
  /** Undoes the running transaction and commits those that have ended. */
  close: () => void
}

/** How long nothing happens before a group is committed although more transactions are expected. */
const QUIET_MS = 3
/** When a group is committed although more transactions follow. */
const MAX_AGE_MS = 100
const MAX_TRANSACTIONS = 128

/** Is called after each commit, with the number of transactions that shared it. */
export type OnGroupCommit = (commit: { transactions: number; seconds: number }) => void

export interface GroupCommitOptions {
  beginGroup: Begin
  expected: Pick<ExpectedWrites, 'count'>
  onCommit: OnGroupCommit
}

interface Group {
  startedAt: number
  /** Transactions that have ended and wait for the commit. */
  ended: number
  commit: PromiseWithResolvers<void>
  /** Why SQLite has rolled it back. */
  error?: unknown
}

/**
 * Creates the group commit of a connection that nothing else uses. A group is committed when all
 * expected transactions have joined it, and as many as the group before had: callers whose replies
 * have just been sent are about to ask again. A single caller never waits.
 */
export function createGroupCommit(
  connection: DatabaseSync,
  { beginGroup, expected, onCommit }: GroupCommitOptions,
): GroupCommit {
  const turns = createTurns()
  let group: Group | undefined
  /** How many transactions of callers the last group had. */
  let usual = 1
  let timer: NodeJS.Timeout | undefined
  return {
    async begin() {
      await turns.take()
      try {
        group ??= await openGroup()
        execute(() => connection.exec('savepoint own'))
      } catch (error) {
        endTurn()
        throw error
      }
    },
    commit: () => endTransaction('release own'),
    rollback: () => endTransaction('rollback to own; release own'),
    execute,
    close() {
      if (!group) return
      if (turns.isTaken() && !('error' in group)) connection.exec('rollback to own; release own')
      commitGroup(group)
    },
  }

  async function openGroup(): Promise<Group> {
    await beginGroup()
    const commit = Promise.withResolvers<void>()
    // Each transaction handles the rejection; there may be none yet.
    commit.promise.catch(() => {})
    return { startedAt: performance.now(), ended: 0, commit }
  }

  async function endTransaction(statements: string): Promise<void> {
    const own = group
    if (!own) throw new Error('There is no transaction')
    try {
      execute(() => connection.exec(statements))
      own.ended += 1
    } finally {
      endTurn()
    }
    await own.commit.promise
  }

  function endTurn(): void {
    if (group && isComplete(group)) commitGroup(group)
    else if (group) commitWhenQuiet(group)
    turns.pass()
  }

  function isComplete({ startedAt, ended, ...rest }: Group): boolean {
    const ageMs = performance.now() - startedAt
    if ('error' in rest || ended >= MAX_TRANSACTIONS || ageMs > MAX_AGE_MS) return true
    return turns.countWaiting() === 0 && ended >= Math.max(usual, expected.count())
  }

  /** Also what has arrived, but was not handled by a busy event loop, is something that happens. */
  function commitWhenQuiet(quiet: Group): void {
    if (timer) return
    const before = [quiet.ended, expected.count()]
    const check = () => {
      if (group !== quiet) return
      timer = undefined
      if (turns.isTaken()) return
      const isQuiet = quiet.ended === before[0] && expected.count() === before[1]
      if (isQuiet || isComplete(quiet)) commitGroup(quiet)
      else commitWhenQuiet(quiet)
    }
    timer = setTimeout(() => setImmediate(check), QUIET_MS)
  }

  function commitGroup(complete: Group): void {
    clearTimeout(timer)
    timer = undefined
    group = undefined
    // Those of jobs were not expected: nobody waits for more of them.
    usual = Math.min(complete.ended, expected.count())
    try {
      if ('error' in complete) throw complete.error
      const startedAt = performance.now()
      connection.exec('commit')
      const seconds = (performance.now() - startedAt) / 1000
      complete.commit.resolve()
      onCommit({ transactions: complete.ended, seconds })
    } catch (error) {
      if (connection.isTransaction) connection.exec('rollback')
      complete.commit.reject(error)
    }
  }

  /** After some errors, such as that of a full disk, SQLite has rolled back the whole group. */
  function execute<T>(statement: () => T): T {
    if (group && 'error' in group) throw group.error
    try {
      return statement()
    } catch (error) {
      if (group && !connection.isTransaction) group.error = error
      throw error
    }
  }
}
