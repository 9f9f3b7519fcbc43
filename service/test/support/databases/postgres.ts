import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { findFreePort } from '../environment/free-port.ts'
import { ensureDownloadedPrograms, findInstalledPrograms } from './postgres-programs.ts'

export type Postgres = {
  /** The URL of the cluster's first database. */
  url: string
  /** Creates an empty database and returns its URL. */
  createDatabase(name?: string): Promise<string>
  /** Stops the server and keeps its data: `fast` closes connections cleanly, `immediate` is a crash. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** Starts a stopped server again, on the same port and data. */
  start(): Promise<void>
  /** Stops the server and deletes everything. This also happens when the process that started it ends, however it ends. */
  remove(): Promise<void>
}

const user = 'passwright'
const signals = { fast: 'INT', immediate: 'QUIT' }

/** A crash then loses data, and nothing is vacuumed: only tests that crash the server need durability, and no test runs long. */
const fastSettings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'autovacuum=off',
]

/** PostgreSQL refuses to run as root, so root starts it as the user "nobody". */
const isRoot = process.getuid?.() === 0
const unprivilegedUid = 65_534

/**
 * Runs the server and reads commands from a pipe that only the tests hold open. It has its own session, so signals to the tests do not
 * reach it. When the tests end, even killed, the pipe closes, and the script stops the server and deletes its files. It ignores SIGPIPE,
 * because its output is closed by then. A server that is still starting ignores QUIT, but not TERM.
 */
const supervisor = `
programs=$1; shift
trap '' PIPE
trap 'rm -rf "\${CLUSTER:?}"' EXIT
"$programs/initdb" -D "$CLUSTER/data" -U ${user} -A trust -E UTF8 --locale=C --no-sync >/dev/null || exit 1
server=
while read -r command; do
  if [ "$command" = start ]; then "$programs/postgres" "$@" & server=$!
  else kill -"$command" "$server"; wait "$server"; server=; echo stopped
  fi
done
[ -z "$server" ] || { kill -TERM "$server"; kill -QUIT "$server"; wait "$server"; }`

/**
 * Starts a PostgreSQL server of its own on a free port of 127.0.0.1: the installed one, else the one from npm. `durable` keeps committed
 * data in a crash; `programs` is a folder with other `initdb` and `postgres`.
 */
export async function startPostgres({
  durable = false,
  programs,
}: {
  durable?: boolean
  programs?: string
} = {}): Promise<Postgres> {
  const found = programs ?? findInstalledPrograms() ?? (await ensureDownloadedPrograms())
  const port = await findFreePort()
  const cluster = mkdtempSync(join(tmpdir(), 'passwright-postgres-'))
  const readable = copyIfUnreadable(cluster, found)
  if (isRoot) execFileSync('chown', ['-R', `${unprivilegedUid}:${unprivilegedUid}`, cluster])

  const address = `postgres://${user}@127.0.0.1:${port}`
  const child = spawn(
    '/bin/sh',
    ['-c', supervisor, 'sh', readable, ...serverArguments(cluster, port, durable)],
    {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', CLUSTER: cluster },
      ...(isRoot ? { uid: unprivilegedUid, gid: unprivilegedUid } : {}),
    },
  )
  const waitForOutput = watchOutput(child)

  const start = async () => {
    const ready = waitForOutput(/database system is ready to accept connections/)
    child.stdin.write('start\n')
    await ready
  }
  await start()
  return {
    url: `${address}/postgres`,
    createDatabase: (name) => createDatabase(`${address}/postgres`, name),
    start,
    async stop(how = 'fast') {
      const stopped = waitForOutput(/^stopped$/m)
      child.stdin.write(`${signals[how]}\n`)
      await stopped
    },
    async remove() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

/** Creates an empty database in the cluster of `url` and returns its URL. */
export async function createDatabase(
  url: string,
  name: string = `test_${randomBytes(6).toString('hex')}`,
): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

function serverArguments(cluster: string, port: number, durable: boolean): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=500',
    ...(durable ? [] : fastSettings),
  ]
  return [
    '-D',
    join(cluster, 'data'),
    '-p',
    String(port),
    ...settings.flatMap((each) => ['-c', each]),
  ]
}

/** The programs from npm are in a home folder that "nobody" cannot read, so root copies them into the cluster's folder. */
function copyIfUnreadable(cluster: string, programs: string): string {
  if (!isRoot || programs.startsWith('/usr/')) return programs
  const copy = join(cluster, 'native')
  cpSync(dirname(programs), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

/** Returns a function that waits until the process prints something that matches, and throws with the output if it ends first. */
function watchOutput(child: ChildProcess): (pattern: RegExp) => Promise<void> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-20_000)
      child.emit('output')
    })
  }
  child.once('close', () => {
    output += '\nthe supervisor of PostgreSQL ended'
    child.emit('output')
  })
  return (pattern) => {
    output = ''
    return new Promise((resolve, reject) => {
      const check = () => {
        const isOver = /the supervisor of PostgreSQL ended|could not create any TCP/.test(output)
        if (!pattern.test(output) && !isOver) return
        child.off('output', check)
        if (pattern.test(output)) resolve()
        else reject(new Error(`PostgreSQL failed:\n${output}`))
      }
      child.on('output', check)
    })
  }
}
