import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const asked = new Map<string, Promise<boolean>>()

/**
 * Whether these Debian packages are there. They are installed only with CI=true and as root;
 * otherwise one line tells what is left out, here in words for people, and why.
 */
export function ensureDebianPackages(packages: string[], leftOut: string): Promise<boolean> {
  const key = packages.join(' ')
  const known = asked.get(key)
  if (known !== undefined) return known
  const answer = ensure(packages, leftOut)
  asked.set(key, answer)
  return answer
}

async function ensure(packages: string[], leftOut: string): Promise<boolean> {
  if (await areInstalled(packages)) return true
  const why = await install(packages)
  if (why === undefined) return true
  console.info(`Left out: ${leftOut}. It needs ${packages.join(', ')} from Debian; ${why}.`)
  return false
}

async function areInstalled(packages: string[]): Promise<boolean> {
  try {
    const { stdout } = await run('dpkg', ['-s', ...packages])
    return stdout.match(/^Status: install ok installed$/gm)?.length === packages.length
  } catch {
    return false
  }
}

/** Installs them, or says why not. */
async function install(packages: string[]): Promise<string | undefined> {
  if (process.env.CI !== 'true') return 'they are installed only with CI=true'
  if (process.getuid?.() !== 0) return 'only root can install them'
  // Test files run side by side, and apt does not wait for another apt's lists.
  const lock = join(tmpdir(), 'passwright-apt.lock')
  const apt = 'apt-get update -q && apt-get install -yq --no-install-recommends "$@"'
  try {
    await run('flock', [lock, 'sh', '-c', apt, 'apt', ...packages], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 16 * 1024 * 1024,
    })
    return undefined
  } catch (error) {
    return `apt-get failed: ${error instanceof Error ? error.message.split('\n')[0] : error}`
  }
}
