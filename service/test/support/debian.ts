import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const asked = new Map<string, Promise<boolean>>()

/**
 * Whether these Debian packages are there. They are installed only with CI=true and as root;
 * otherwise one line tells what is left out, here in words for people, and why. `answers` are what
 * the packages would ask, as lines for debconf.
 */
export function ensureDebianPackages(
  packages: string[],
  leftOut: string,
  answers: string[] = [],
): Promise<boolean> {
  const key = packages.join(' ')
  const known = asked.get(key)
  if (known !== undefined) return known
  const answer = ensure(packages, leftOut, answers)
  asked.set(key, answer)
  return answer
}

async function ensure(packages: string[], leftOut: string, answers: string[]): Promise<boolean> {
  if (await areInstalled(packages)) return true
  const why = await install(packages, answers)
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

/**
 * Debian starts the daemons of what it installs unless this program forbids it with 101. The one
 * that was there comes back as it was, also after an earlier run that could not put it back.
 */
const installing = `
policy=/usr/sbin/policy-rc.d kept=/usr/sbin/policy-rc.d.passwright
restore() { rm -f "$policy"; if [ -e "$kept" ]; then mv "$kept" "$policy"; fi; }
trap restore EXIT; trap 'exit 1' HUP INT TERM
if [ -e "$policy" ] && [ ! -e "$kept" ] && ! grep -q passwright "$policy"; then mv "$policy" "$kept"; fi
printf '#!/bin/sh\\n# passwright\\nexit 101\\n' >"$policy" && chmod 755 "$policy" || exit
apt-get update -q || exit
if [ -n "$ANSWERS" ]; then echo "$ANSWERS" | debconf-set-selections || exit; fi
apt-get install -yq --no-install-recommends "$@"`

/** Installs them, or says why not. */
async function install(packages: string[], answers: string[]): Promise<string | undefined> {
  if (process.env.CI !== 'true') return 'they are installed only with CI=true'
  if (process.getuid?.() !== 0) return 'only root can install them'
  // Test files run side by side, and apt does not wait for another apt's lists.
  const lock = join(tmpdir(), 'passwright-apt.lock')
  try {
    await run('flock', [lock, 'sh', '-c', installing, 'apt', ...packages], {
      env: {
        ...process.env,
        DEBIAN_FRONTEND: 'noninteractive',
        ANSWERS: answers.join('\n'),
      },
      maxBuffer: 16 * 1024 * 1024,
    })
    return undefined
  } catch (error) {
    return `apt-get failed: ${error instanceof Error ? error.message.split('\n')[0] : error}`
  }
}
