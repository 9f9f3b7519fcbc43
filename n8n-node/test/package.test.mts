import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { properties } from '../nodes/Passwright/actions/resources.ts'
import { buildSchemaFiles } from '../scripts/schemas.mjs'
import { buildPortableFiles, readCommittedFiles } from '../scripts/sync.mjs'
import { buildPackageInto, packageRoot } from './support/package.mts'

const run = promisify(execFile)
let publishedFolder: string

beforeAll(async () => {
  publishedFolder = await mkdtemp(join(tmpdir(), 'passwright-package-'))
  await buildPackageInto(publishedFolder)
}, 120_000)
afterAll(() => rm(publishedFolder, { recursive: true, force: true }))

it('has an up-to-date copy of shared/src/portable: run "npm run sync" in n8n-node', () => {
  expect(readCommittedFiles()).toEqual(buildPortableFiles())
})

it('previews the output of every operation: run "npm run schemas" in n8n-node', () => {
  const schemas = buildSchemaFiles()
  for (const [path, text] of schemas) {
    expect(readFileSync(join(packageRoot, 'nodes', path), 'utf8'), path).toBe(text)
  }
  const previewed = [...schemas.keys()].map((path) => /([^/]+)\.json$/.exec(path)?.[1])
  const operations = properties
    .filter(({ name }) => name === 'operation')
    .flatMap(({ options = [] }) => options.map((option) => 'value' in option && option.value))
  expect(operations.length).toBeGreaterThan(11)
  expect(previewed).toEqual(expect.arrayContaining(operations))
})

it("passes n8n's strict lint rules without changing their configuration", {
  timeout: 60_000,
}, async () => {
  await runWithoutNodeEnv(join(packageRoot, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs'), 'lint')
  expect(readManifest().n8n.strict).toBe(true)
})

it("passes n8n's scanner, as source and as published", { timeout: 60_000 }, async () => {
  const { stdout } = await runWithoutNodeEnv(join(packageRoot, 'scripts/scan.mjs'), publishedFolder)
  expect(stdout).toBe('source: passed\npublished: passed\n')
})

/** Runs a script of Node without `NODE_ENV`: some of n8n's lint rules are disabled in test environments. */
function runWithoutNodeEnv(...args: string[]) {
  const { NODE_ENV: _, ...env } = process.env
  return run(process.execPath, args, { cwd: packageRoot, env })
}

it('disables no lint rule and no type check', () => {
  for (const path of readdirSync(packageRoot, { recursive: true, encoding: 'utf8' })) {
    if (!/^(nodes|credentials)\/.*\.ts$/.test(path)) continue
    expect(readFileSync(join(packageRoot, path), 'utf8'), path).not.toMatch(
      /eslint-disable|ts-ignore|ts-nocheck/,
    )
  }
})

it('publishes the files that n8n loads, and depends on nothing but n8n', () => {
  const files = readdirSync(publishedFolder, { recursive: true, encoding: 'utf8' })
  const { n8n, dependencies = {}, peerDependencies } = readManifest()
  expect(files).toEqual(expect.arrayContaining([...n8n.nodes, ...n8n.credentials]))
  expect(files).toEqual(
    expect.arrayContaining([
      'README.md',
      'dist/icons/passwright.svg',
      'dist/icons/passwright.dark.svg',
      'dist/nodes/Passwright/Passwright.node.json',
      'dist/nodes/Passwright/__schema__/v1.0.0/pass/create.json',
      'dist/nodes/PasswrightTrigger/__schema__/v1.0.0.json',
      'dist/nodes/PasswrightTrigger/PasswrightTrigger.node.json',
    ]),
  )
  expect(files.filter((path) => /test|\.tsbuildinfo$/.test(path))).toEqual([])
  expect(dependencies).toEqual({})
  expect(peerDependencies).toEqual({ 'n8n-workflow': '*' })
})

it('takes all its addresses from one command, and is not published with a placeholder', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'passwright-addresses-'))
  try {
    for (const path of ['package.json', 'scripts', 'credentials', 'nodes']) {
      await cp(join(packageRoot, path), join(copy, path), { recursive: true })
    }
    const script = join(copy, 'scripts/addresses.mjs')
    await expect(run(process.execPath, [script])).rejects.toThrow(/Placeholders .* are left/)
    const docs = ['--docs', 'https://docs.club.example/n8n/']
    await expect(run(process.execPath, [script, ...docs])).rejects.toThrow(/left in package.json/)
    const others = ['--repository', 'https://git.club.example/n8n', '--email', 'us@club.example']
    await run(process.execPath, [script, ...others])
    for (const path of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|json)$/.test(path)) continue
      expect(readFileSync(join(copy, path), 'utf8'), path).not.toContain('passwright.example')
    }
    expect(readFileSync(join(copy, 'package.json'), 'utf8')).toContain(
      'git+https://git.club.example/n8n.git',
    )
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})

function readManifest() {
  return JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    n8n: { strict: boolean; nodes: string[]; credentials: string[] }
    dependencies?: Record<string, string>
    peerDependencies: Record<string, string>
  }
}
