import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { fetchPackage, type Package } from '../../setup/fetch-package.mjs'
import { root } from '../../setup/paths.mjs'
import { isSupportedNode, isSupportedPnpm, packages, platforms } from '../../setup/toolchain.mjs'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'

const sha512 = /^sha512-[A-Za-z0-9+/]{86}==$/

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('the Node and pnpm that the commands bring', () => {
  it('are pinned for every platform, and for no other', () => {
    expect(Object.keys(packages).sort()).toEqual([...platforms].sort())
    const integrities = Object.values(packages).flatMap((tools) =>
      [tools?.node, tools?.pnpm].map((tool) => tool?.integrity),
    )
    expect(integrities).toHaveLength(2 * platforms.length)
    expect(new Set(integrities).size).toBe(integrities.length)
  })

  it.each(platforms)('have an exact version and a checksum for %s', (platform) => {
    const { node, pnpm } = packages[platform] ?? {}
    const [system = '', processor = ''] = platform.split('-')
    const packageSystem = system === 'win32' ? 'win' : system
    expect(node?.name).toMatch(new RegExp(`^node-(?:bin-)?${packageSystem}-${processor}$`))
    expect(isSupportedNode(`v${node?.version}`)).toBe(true)
    expect(pnpm?.name).toBe(`@pnpm/exe.${platform}`)
    expect(isSupportedPnpm(pnpm?.version ?? '')).toBe(true)
    for (const tool of [node, pnpm]) {
      expect(tool?.version).toMatch(/^\d+\.\d+\.\d+$/)
      expect(tool?.integrity).toMatch(sha512)
    }
  })

  it('are refused when the registry sends something else, before any of it runs', async () => {
    const pinned = packages[`${process.platform}-${process.arch}`] ?? packages['linux-x64']
    if (!pinned) throw new Error('There is no package to check')
    for (const tool of [pinned.node, pinned.pnpm]) {
      const folder = await createTemporaryFolder()
      await startRegistry(tool, await packArchive(tool))
      await expect(fetchPackage(tool, folder)).rejects.toThrow(
        'does not have the expected checksum',
      )
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it('are taken when the registry sends what is pinned', async () => {
    const wanted = { name: '@passwright/test-tool', version: '1.2.3', integrity: '' }
    const archive = await packArchive(wanted)
    const pinned = { ...wanted, integrity: toIntegrity(archive) }
    await startRegistry(pinned, archive)
    const folder = await createTemporaryFolder()
    const files = await fetchPackage(pinned, folder)
    expect(readFileSync(join(files, 'tool'), 'utf8')).toBe('#!/bin/sh\n')
  })

  it.each([undefined, '', 'sha1-AAAA', 'sha512-AAAA'])(
    'are not even asked for without a checksum: %s',
    async (integrity) => {
      const wanted = { name: 'passwright-tool', version: '1.0.0', integrity: integrity ?? '' }
      const folder = await createTemporaryFolder()
      vi.stubEnv('npm_config_registry', 'http://127.0.0.1:1/')
      await expect(fetchPackage(wanted, folder)).rejects.toThrow('has no checksum (sha512)')
      expect(readdirSync(folder)).toEqual([])
    },
  )
})

describe('the packages of the lock file', () => {
  it('all have a checksum (sha512)', () => {
    const lockFile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
    const resolutions = lockFile.match(/^ +resolution: .*$/gm) ?? []
    expect(resolutions.length).toBeGreaterThan(100)
    expect(resolutions.filter((line) => !/integrity: sha512-[\w+/]{86}==/.test(line))).toEqual([])
  })
})

/** Packs an archive of the tool's name and version that holds a program of nobody. */
async function packArchive({ name, version }: Package): Promise<Buffer> {
  const folder = await createTemporaryFolder()
  mkdirSync(join(folder, 'package'))
  writeFileSync(join(folder, 'package/package.json'), JSON.stringify({ name, version }))
  writeFileSync(join(folder, 'package/tool'), '#!/bin/sh\n', { mode: 0o755 })
  execFileSync('tar', ['-czf', 'tool.tgz', 'package'], { cwd: folder })
  return readFileSync(join(folder, 'tool.tgz'))
}

/** Starts a registry that has only this package, and makes npm use it. */
async function startRegistry({ name, version }: Package, archive: Buffer): Promise<void> {
  const server = createServer((request, response) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    if (request.url === '/tool.tgz') return response.end(archive)
    const dist = { tarball: `${url}/tool.tgz`, integrity: toIntegrity(archive) }
    const versions = { [version]: { name, version, dist } }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${port}/`)
  vi.stubEnv('npm_config_cache', await createTemporaryFolder())
}

function toIntegrity(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}
