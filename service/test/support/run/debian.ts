import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const checked = new Map<string, Promise<boolean>>()

/**
 * Returns whether these Debian packages are installed, after installing them if CI=true and the user is root; otherwise prints what is
 * skipped and why. `debconfAnswers` are lines for debconf-set-selections.
 */
export function ensureDebianPackages(
  packages: string[],
  skipped: string,
  debconfAnswers: string[] = [],
): Promise<boolean> {
  const key = packages.join(' ')
  const known = checked.get(key)
  if (known !== undefined) return known
  const result = ensure(packages, skipped, debconfAnswers)
  checked.set(key, result)
  return result
}

async function ensure(
  packages: string[],
  skipped: string,
  debconfAnswers: string[],
): Promise<boolean> {
  if (await areInstalled(packages)) return true
  const reason = await install(packages, debconfAnswers)
  if (reason === undefined) return true
  console.info(`Skipped: ${skipped}. It needs ${packages.join(', ')} from Debian; ${reason}.`)
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
 * Another test file may have installed the packages while this one waited for the lock. Debian starts the daemons that it installs unless
 * policy-rc.d exits with 101; the policy-rc.d that was there is restored, also after an earlier run that was killed.
 */
const installScript = `
dpkg -s "$@" >/dev/null 2>&1 && exit
policy=/usr/sbin/policy-rc.d kept=/usr/sbin/policy-rc.d.passwright
restore() { rm -f "$policy"; if [ -e "$kept" ]; then mv "$kept" "$policy"; fi; }
trap restore EXIT; trap 'exit 1' HUP INT TERM
if [ -e "$policy" ] && [ ! -e "$kept" ] && ! grep -q passwright "$policy"; then mv "$policy" "$kept"; fi
printf '#!/bin/sh\\n# passwright\\nexit 101\\n' >"$policy" && chmod 755 "$policy" || exit
apt-get update -q || exit
if [ -n "$ANSWERS" ]; then echo "$ANSWERS" | debconf-set-selections || exit; fi
apt-get install -yq --no-install-recommends "$@"`

/** Installs them; returns the reason if that fails. */
async function install(packages: string[], debconfAnswers: string[]): Promise<string | undefined> {
  if (process.env.CI !== 'true') return 'they are installed only with CI=true'
  if (process.getuid?.() !== 0) return 'only root can install them'
  // Test files run in parallel, and apt-get update fails while another one runs.
  const lock = join(tmpdir(), 'passwright-apt.lock')
  try {
    await run('flock', [lock, 'sh', '-c', installScript, 'apt', ...packages], {
      env: {
        ...process.env,
        DEBIAN_FRONTEND: 'noninteractive',
        ANSWERS: debconfAnswers.join('\n'),
      },
      maxBuffer: 16 * 1024 * 1024,
    })
    return undefined
  } catch (error) {
    return `apt-get failed: ${error instanceof Error ? error.message.split('\n')[0] : error}`
  }
}
