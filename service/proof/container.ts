/** The image as it is run: built from the Dockerfile, as an ordinary user on a root that it cannot write; its size, its start, its health check, a pass, what it logs, and SIGTERM at any moment. */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findFreePort } from '../test/support/environment/free-port.ts'
import { assertEqual } from './support/client.ts'

// npm run proof -- container [IMAGE]: with an image, that is run and nothing is built.
// CONTAINER_COMMAND is what understands docker's commands; without it, podman or docker.

const root = fileURLToPath(new URL('../..', import.meta.url))
const dockerfile = join(root, 'service/Dockerfile')
const run = promisify(execFile)

const container = process.env.CONTAINER_COMMAND ?? (await findCommand())
const image = process.argv[2] ?? 'passwright-proof'
const name = `passwright-proof-${process.pid}`
const volume = `${name}-data`

/** Milliseconds between the start of a container and SIGTERM: while Node.js starts, loads, migrates, and later. */
const DELAYS_MS = [100, 200, 400, 700, 1_000, 1_500, 2_500]

const folder = await mkdtemp(join(tmpdir(), 'passwright-container-'))
try {
  if (process.argv[2] === undefined) await buildImage()
  await describeImage()
  await proveService()
  await proveStops()
} finally {
  await docker('rm', '--force', name).catch(() => {})
  await docker('volume', 'rm', '--force', volume).catch(() => {})
  await rm(folder, { recursive: true, force: true })
}

async function findCommand(): Promise<string> {
  for (const command of ['podman', 'docker']) {
    for (const directory of (process.env.PATH ?? '').split(delimiter)) {
      const isThere = await readFile(join(directory, command)).catch(() => undefined)
      if (isThere) return command
    }
  }
  throw new Error('There is neither podman nor docker; name another command in CONTAINER_COMMAND.')
}

async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run(container, args, { maxBuffer: 100_000_000 })
  return stdout.trim()
}

async function buildImage(): Promise<void> {
  const startedAt = performance.now()
  const build = spawn(container, ['build', '--file', dockerfile, '--tag', image, root], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise((resolve) => build.once('close', resolve))
  assertEqual('the build ends with', code, 0)
  console.log(`built in ${formatSeconds(startedAt)}`)
}

async function describeImage(): Promise<void> {
  const bytes = Number(await docker('image', 'inspect', '--format', '{{.Size}}', image))
  const user = await docker('image', 'inspect', '--format', '{{.Config.User}}', image)
  assertEqual('the user of the image', user, 'node')
  console.log(`${image}: ${(bytes / 1e6).toFixed(0)} MB, user ${user}`)
}

/** Starts the image in the machine's own network, listening on this machine alone. */
async function start(port: number): Promise<void> {
  await docker(
    'run',
    ...['--detach', '--name', name, '--network', 'host', '--read-only', '--tmpfs', '/tmp'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--volume', `${volume}:/data`],
    ...['--env', 'HOST=127.0.0.1', '--env', `PORT=${port}`, '--env', 'LOG_LEVEL=debug', image],
  )
}

async function proveService(): Promise<void> {
  const port = await findFreePort()
  let startedAt = performance.now()
  await start(port)
  const started = formatSeconds(startedAt)
  await waitUntilReady(port)
  console.log(
    `a first start: the container after ${started}, ready after ${formatSeconds(startedAt)}`,
  )
  assertEqual('its user', await docker('exec', name, 'id', '-u'), '1000')
  for (const path of ['/app/x', '/etc/x', '/usr/local/bin/x', '/home/node/x']) {
    const result = await docker('exec', name, 'touch', path).catch((error) => String(error.stderr))
    if (!/Read-only file system/.test(result)) throw new Error(`${path} can be written: ${result}`)
  }
  assertEqual('capabilities', await readCapabilities(), '0000000000000000')
  await proveHealthCheck()
  await provePass()
  await proveLogs()

  startedAt = performance.now()
  await docker('stop', '--time', '30', name)
  const exitCode = await docker('inspect', '--format', '{{.State.ExitCode}}', name)
  assertEqual('the exit code after SIGTERM', exitCode, '0')
  console.log(`SIGTERM: ended with 0 after ${formatSeconds(startedAt)}`)
  startedAt = performance.now()
  await docker('start', name)
  await waitUntilReady(port)
  console.log(`a later start: ready after ${formatSeconds(startedAt)}`)
  assertEqual(
    'passes after it',
    (await docker('exec', name, 'passwright', 'keys', 'list')).includes('First key'),
    true,
  )
  await docker('rm', '--force', name)
}

async function readCapabilities(): Promise<string> {
  const status = await docker('exec', name, 'cat', '/proc/1/status')
  return /^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? ''
}

/** Runs the command of the Dockerfile's health check, as the engine does, against a port that responds and one that does not. */
async function proveHealthCheck(): Promise<void> {
  const text = await readFile(dockerfile, 'utf8')
  const [, json = '[]'] = /^HEALTHCHECK .*\\\n\s*CMD (\[.+\])$/m.exec(text) ?? []
  const command: string[] = JSON.parse(json)
  const startedAt = performance.now()
  await docker('exec', name, ...command)
  console.log(`health check: healthy after ${formatSeconds(startedAt)}`)
  const unhealthy = await docker('exec', '--env', 'PORT=1', name, ...command).then(
    () => 'healthy',
    () => 'unhealthy',
  )
  assertEqual('its health check at a port where nobody is', unhealthy, 'unhealthy')
}

/** Runs the line that the service prints, and lets its own command line verify what comes. */
async function provePass(): Promise<void> {
  const line = /^curl .+$/m.exec(await readLogs())?.[0]
  if (!line) throw new Error('The logs have no line that makes a pass')
  await run('sh', ['-c', line], { cwd: folder })
  const file = await readFile(join(folder, 'member.pkpass'))
  await docker(
    'exec',
    name,
    'sh',
    '-c',
    `echo ${file.toString('base64')} | base64 -d > /tmp/a.pkpass`,
  )
  const report = await docker('exec', name, 'passwright', 'verify', '/tmp/a.pkpass', '--json')
  const { accepted } = JSON.parse(report) as { accepted: boolean }
  assertEqual('the pass is accepted', accepted, true)
  console.log(`a pass by the curl line of the logs: ${file.length} bytes, accepted by verify`)
}

/** A key is shown once, to whoever starts the service; the log itself holds neither keys nor what passes say. */
async function proveLogs(): Promise<void> {
  const lines = (await readLogs()).split('\n').filter((line) => line.startsWith('{'))
  const secret = lines.find((line) => /pw_live_|MEMBER-1042|Ada Example|\/p\/[\w-]{20}/.test(line))
  if (secret) throw new Error(`The log holds a secret: ${secret}`)
  for (const line of lines) JSON.parse(line)
  console.log(`${lines.length} lines of log: each is JSON, none holds a secret`)
}

/** A stop at any moment is quick: without a handler, the first process of a container would not notice. */
async function proveStops(): Promise<void> {
  for (const delay of DELAYS_MS) {
    const port = await findFreePort()
    await start(port)
    await wait(delay)
    const startedAt = performance.now()
    await docker('kill', '--signal', 'TERM', name)
    const ended = await Promise.race([docker('wait', name), wait(15_000).then(() => 'nothing')])
    console.log(
      `SIGTERM ${delay} ms after the start: ended with ${ended} after ${formatSeconds(startedAt)}`,
    )
    if (!['0', '143'].includes(ended)) throw new Error(`${await readLogs()}\nIt did not end`)
    await docker('rm', '--force', name)
  }
}

async function readLogs(): Promise<string> {
  const { stdout, stderr } = await run(container, ['logs', name], { maxBuffer: 100_000_000 })
  return `${stdout}\n${stderr}`
}

async function waitUntilReady(port: number): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await wait(20)) {
    const response = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined)
    if (response?.ok) return
  }
  throw new Error(`It is not ready:\n${await readLogs()}`)
}

function formatSeconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(2)} s`
}
