import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { quietPort } from './free-port.ts'
import { fetchedPrograms, installedPrograms } from './postgres-programs.ts'

export type Postgres = {
  /** `postgres://…` of the cluster's first database. */
  url: string
  /** Makes an empty database and gives its URL. */
  createDatabase(name?: string): Promise<string>
  /** Ends the server and keeps its data: `fast` cuts connections in good order, `immediate` is a crash to recover from. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** Starts a stopped server again, on the same port and data. */
  start(): Promise<void>
  /** Ends the server and deletes everything. It happens by itself when the process that started it ends, however that ends. */
  remove(): Promise<void>
}

const user = 'passwright'
const signals = { fast: 'INT', immediate: 'QUIT' }

/** Only a test that crashes the server needs what these switch off. */
const careless = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

/** PostgreSQL refuses to run as root; there it runs as the user who owns nothing. */
const isRoot = process.getuid?.() === 0
const nobody = 65_534

/**
 * Runs the server and reads wishes from a pipe that only the tests hold open. It has a session of its own, so that no signal to the
 * tests reaches it; when they are gone, even killed, the pipe ends, and with it the server and its files. Nobody hears it then, which
 * must not end it before it has tidied up; and a server that has only just begun is still deaf to QUIT, but not to TERM.
 */
const keeper = `
programs=$1; shift
trap '' PIPE
trap 'rm -rf "\${CLUSTER:?}"' EXIT
"$programs/initdb" -D "$CLUSTER/data" -U ${user} -A trust -E UTF8 --locale=C --no-sync >/dev/null || exit 1
server=
while read -r wish; do
  if [ "$wish" = start ]; then "$programs/postgres" "$@" & server=$!
  else kill -"$wish" "$server"; wait "$server"; server=; echo stopped
  fi
done
[ -z "$server" ] || { kill -TERM "$server"; kill -QUIT "$server"; wait "$server"; }`

/**
 * Starts a PostgreSQL of one's own on a free port of 127.0.0.1: the installed one, else the one out of npm. `durable` keeps what a real
 * one promises about crashes; `programs` is a folder with `initdb` and `postgres` to use instead.
 */
export async function startPostgres({
  durable = false,
  programs,
}: {
  durable?: boolean
  programs?: string
} = {}): Promise<Postgres> {
  const found = programs ?? installedPrograms() ?? (await fetchedPrograms())
  const port = await quietPort()
  const cluster = mkdtempSync(join(tmpdir(), 'passwright-postgres-'))
  const readable = readableIn(cluster, found)
  if (isRoot) execFileSync('chown', ['-R', `${nobody}:${nobody}`, cluster])

  const address = `postgres://${user}@127.0.0.1:${port}`
  const child = spawn(
    '/bin/sh',
    ['-c', keeper, 'sh', readable, ...serverArguments(cluster, port, durable)],
    {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', CLUSTER: cluster },
      ...(isRoot ? { uid: nobody, gid: nobody } : {}),
    },
  )
  const heard = listen(child)

  const start = async () => {
    const ready = heard(/database system is ready to accept connections/)
    child.stdin.write('start\n')
    await ready
  }
  await start()
  return {
    url: `${address}/postgres`,
    createDatabase: (name) => createDatabase(`${address}/postgres`, name),
    start,
    async stop(how = 'fast') {
      const stopped = heard(/^stopped$/m)
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

/** Makes an empty database in the cluster that `url` is in, and gives its URL. */
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
    'max_connections=200',
    ...(durable ? [] : careless),
  ]
  return [
    '-D',
    join(cluster, 'data'),
    '-p',
    String(port),
    ...settings.flatMap((each) => ['-c', each]),
  ]
}

/** The programs out of npm lie in a home that `nobody` cannot enter, so root copies them to where the cluster is. */
function readableIn(cluster: string, programs: string): string {
  if (!isRoot || programs.startsWith('/usr/')) return programs
  const copy = join(cluster, 'native')
  cpSync(dirname(programs), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

/** Gives a function that waits until the keeper or the server says something new that fits, and throws what they said when they end first. */
function listen(child: ChildProcess): (wanted: RegExp) => Promise<void> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000)
      child.emit('said')
    })
  }
  child.once('close', () => {
    said += '\nthe keeper of PostgreSQL ended'
    child.emit('said')
  })
  return (wanted) => {
    said = ''
    return new Promise((resolve, reject) => {
      const look = () => {
        const isOver = /the keeper of PostgreSQL ended|could not create any TCP/.test(said)
        if (!wanted.test(said) && !isOver) return
        child.off('said', look)
        if (wanted.test(said)) resolve()
        else reject(new Error(`PostgreSQL did not do as asked:\n${said}`))
      }
      child.on('said', look)
    })
  }
}
