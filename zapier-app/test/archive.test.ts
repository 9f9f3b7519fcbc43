import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { buildArchive } from '../pack/build.ts'
import { unpack, unpackedArchive } from './archive.ts'
import { mayReadOnly, startLambda } from './lambda.ts'

const require = createRequire(createRequire(import.meta.url).resolve('zapier-platform-core'))
const { satisfies } = require('semver') as {
  satisfies: (version: string, range: string) => boolean
}

describe('the archive', { timeout: 180_000 }, () => {
  it('holds the app as one file, core as it was locked, and no source of ours', async () => {
    const { folder } = await unpackedArchive()
    const files = filesIn(folder)
    const own = files.filter((name) => !name.startsWith('node_modules/'))
    expect(own.sort()).toEqual([
      'definition.json',
      'dist/index.js',
      'package.json',
      'zapierwrapper.js',
    ])
    const core = JSON.parse(read(folder, 'node_modules/zapier-platform-core/package.json'))
    expect(core.version).toBe('19.1.0')
    const bundle = read(folder, 'dist/index.js')
    expect(bundle.match(/^import .+$/gm)).toEqual([
      expect.stringContaining('"zapier-platform-core"'),
    ])
    expect(files.length).toBeLessThan(600)
  })

  it('gives every package the versions that it asks for', async () => {
    const { folder } = await unpackedArchive()
    const asked = filesIn(folder)
      .filter((name) => /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(name))
      .flatMap((name) => {
        const { dependencies = {} } = JSON.parse(read(folder, name)) as Manifest
        return Object.entries(dependencies).map(([need, range]) => ({
          name,
          need,
          range,
          version: versionFor(need, dirname(join(folder, name)), folder),
        }))
      })
      // The builder leaves out what is never loaded.
      .filter(({ version }) => version !== undefined)
    expect(asked.length).toBeGreaterThan(80)
    expect(asked.filter(({ version = '', range }) => !satisfies(version, range))).toEqual([])
  })

  it('tells of no place on the machine that made it', async () => {
    const { folder } = await unpackedArchive()
    const places = filesIn(folder)
      .filter((name) => !name.startsWith('node_modules/'))
      .filter((name) => /\/(?:tmp|root|home|work)\//.test(read(folder, name)))
    expect(places).toEqual([])
  })

  it('has the same content each time it is made', async () => {
    const { folder } = await unpackedArchive()
    const again = join(inject('folder'), 'zapier-again')
    await buildArchive(join(again, 'build.zip'))
    await unpack(join(again, 'build.zip'), join(again, 'unpacked'))
    expect(hashesIn(join(again, 'unpacked'))).toEqual(hashesIn(folder))
  })

  it('runs on nothing but its own folder, and not at all without that', async () => {
    const { folder } = await unpackedArchive()
    const lambda = await startLambda({ folder, words: mayReadOnly(folder) })
    expect((await lambda.run({ command: 'validate', bundle: {} })).results).toEqual([])
    await lambda.stop()
    await expect(startLambda({ folder, words: mayReadOnly() })).rejects.toThrow(/ERR_ACCESS_DENIED/)
  })
})

interface Manifest {
  version: string
  dependencies?: Record<string, string>
}

/** The version that Node would find from there. */
function versionFor(name: string, from: string, folder: string): string | undefined {
  for (let at = from; at.length >= folder.length; at = dirname(at)) {
    const manifest = join(at, 'node_modules', name, 'package.json')
    if (existsSync(manifest))
      return (JSON.parse(readFileSync(manifest, 'utf8')) as Manifest).version
  }
  return undefined
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

function hashesIn(folder: string): Record<string, string> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  return Object.fromEntries(
    filesIn(folder)
      .sort()
      .map((name) => [name, hash(name)]),
  )
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}
