import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFreePort } from '../environment/free-port.ts'
import { waitFor } from '../environment/wait-for.ts'

/** PgBouncer in transaction mode in front of a PostgreSQL server. */
export interface Pooler {
  /** The address of a database of that server, through the pooler. */
  toUrl: (databaseUrl: string) => string
  stop: () => Promise<void>
}

/** It refuses to run as root. */
const unprivilegedUid = 65_534

/** Starts a pooler for all databases of the server of this address. */
export async function startPgbouncer(databaseUrl: string): Promise<Pooler> {
  const server = new URL(databaseUrl)
  const port = await findFreePort()
  const folder = mkdtempSync(join(tmpdir(), 'passwright-pgbouncer-'))
  chmodSync(folder, 0o755)
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    max_client_conn: 1_000,
    default_pool_size: 4,
    server_reset_query_always: 0,
    // As docs/deploy.md says.
    ignore_startup_parameters: 'statement_timeout,idle_in_transaction_session_timeout',
  }
  const lines = [
    '[databases]',
    `* = host=${server.hostname} port=${server.port} user=${server.username}`,
    '[pgbouncer]',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
  ]
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const child = spawn('pgbouncer', ['--quiet', file], {
    stdio: 'ignore',
    ...(process.getuid?.() === 0 ? { uid: unprivilegedUid, gid: unprivilegedUid } : {}),
  })
  await waitFor(
    () => accepts(child, port),
    (isOpen) => isOpen,
  )
  return {
    toUrl: (url) => Object.assign(new URL(url), { port: String(port) }).href,
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function accepts(child: ChildProcess, port: number): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`)
  const socket = connect(port, '127.0.0.1')
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy())
}
