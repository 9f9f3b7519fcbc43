import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { buildArchive } from '../pack/build.ts'
import { getUnpackedArchive, unpackArchive } from './support/archive.ts'
import { allowReadsOnly, startLambda } from './support/lambda.ts'

const require = createRequire(createRequire(import.meta.url).resolve('zapier-platform-core'))
const { satisfies } = require('semver') as {
  satisfies: (version: string, range: string) => boolean
}

describe('the archive', { timeout: 180_000 }, () => {
  it('contains the app as one file, the locked version of core, and no source files', async () => {
    const { folder } = await getUnpackedArchive()
    const files = listFiles(folder)
    const ownFiles = files.filter((name) => !name.startsWith('node_modules/'))
    expect(ownFiles.sort()).toEqual([
      'definition.json',
      'dist/index.js',
      'package.json',
      'zapierwrapper.js',
    ])
    const core = JSON.parse(readText(folder, 'node_modules/zapier-platform-core/package.json'))
    expect(core.version).toBe('19.1.0')
    const bundle = readText(folder, 'dist/index.js')
    const imports = bundle.match(/^import [^;]+;$/gm) ?? []
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter((line) => !line.endsWith(' from "zapier-platform-core";'))).toEqual([])
    expect(files.length).toBeLessThan(600)
  })

  it('contains every dependency in a version that its dependents accept', async () => {
    const { folder } = await getUnpackedArchive()
    const dependencies = listFiles(folder)
      .filter((name) => /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(name))
      .flatMap((name) => {
        const manifest = JSON.parse(readText(folder, name)) as Manifest
        return Object.entries(manifest.dependencies ?? {}).map(([dependency, range]) => ({
          name,
          dependency,
          range,
          version: resolveVersion(dependency, dirname(join(folder, name)), folder),
        }))
      })
      // Zapier's builder omits packages that are never imported.
      .filter(({ version }) => version !== undefined)
    expect(dependencies.length).toBeGreaterThan(80)
    expect(dependencies.filter(({ version = '', range }) => !satisfies(version, range))).toEqual([])
  })

  it('contains no paths of the machine that built it', async () => {
    const { folder } = await getUnpackedArchive()
    const filesWithPaths = listFiles(folder)
      .filter((name) => !name.startsWith('node_modules/'))
      .filter((name) => /\/(?:tmp|root|home|work)\//.test(readText(folder, name)))
    expect(filesWithPaths).toEqual([])
  })

  it('has the same content every time it is built', async () => {
    const { folder } = await getUnpackedArchive()
    const again = join(inject('folder'), 'zapier-again')
    await buildArchive(join(again, 'build.zip'))
    await unpackArchive(join(again, 'build.zip'), join(again, 'unpacked'))
    expect(hashFiles(join(again, 'unpacked'))).toEqual(hashFiles(folder))
  })

  it('runs if it may read only its own folder, and not without it', async () => {
    const { folder } = await getUnpackedArchive()
    const lambda = await startLambda({ folder, nodeArgs: allowReadsOnly(folder) })
    expect((await lambda.run({ command: 'validate', bundle: {} })).results).toEqual([])
    await lambda.stop()
    await expect(startLambda({ folder, nodeArgs: allowReadsOnly() })).rejects.toThrow(
      /ERR_ACCESS_DENIED/,
    )
  })
})

interface Manifest {
  version: string
  dependencies?: Record<string, string>
}

/** Resolves a package from `from` up to `folder` as Node does, and returns its version. */
function resolveVersion(name: string, from: string, folder: string): string | undefined {
  for (let parent = from; parent.length >= folder.length; parent = dirname(parent)) {
    const manifest = join(parent, 'node_modules', name, 'package.json')
    if (existsSync(manifest))
      return (JSON.parse(readFileSync(manifest, 'utf8')) as Manifest).version
  }
  return undefined
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

function hashFiles(folder: string): Record<string, string> {
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  return Object.fromEntries(
    listFiles(folder)
      .sort()
      .map((name) => [name, hash(name)]),
  )
}

function readText(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8')
}
