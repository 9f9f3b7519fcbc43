import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { committedFiles, portableFiles } from '../scripts/sync.mjs'
import { root, unpackInto } from './host/package.mts'

const run = promisify(execFile)
let published: string

beforeAll(async () => {
  published = await mkdtemp(join(tmpdir(), 'passwright-package-'))
  await unpackInto(published)
}, 120_000)
afterAll(() => rm(published, { recursive: true, force: true }))

it('holds the files of shared/src/portable as they are there: "npm run sync" in n8n-node brings them', () => {
  expect(committedFiles()).toEqual(portableFiles())
})

it("passes n8n's strict rules, with their settings as n8n gives them", {
  timeout: 60_000,
}, async () => {
  await asUsual(join(root, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs'), 'lint')
  expect(manifest().n8n.strict).toBe(true)
})

it("passes both legs of n8n's scanner", { timeout: 60_000 }, async () => {
  const { stdout } = await asUsual(join(root, 'scripts/scan.mjs'), published)
  expect(stdout).toBe('source: passed\npublished: passed\n')
})

/** Some of n8n's rules look away when they believe that they are tested themselves. */
function asUsual(...words: string[]) {
  const { NODE_ENV: _, ...env } = process.env
  return run(process.execPath, words, { cwd: root, env })
}

it('says nowhere that a rule shall be overlooked', () => {
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/^(nodes|credentials)\/.*\.ts$/.test(path)) continue
    expect(readFileSync(join(root, path), 'utf8'), path).not.toMatch(
      /eslint-disable|ts-ignore|ts-nocheck/,
    )
  }
})

it('publishes what n8n loads, and needs nothing but n8n', () => {
  const files = readdirSync(published, { recursive: true, encoding: 'utf8' })
  const { n8n, dependencies = {}, peerDependencies } = manifest()
  expect(files).toEqual(expect.arrayContaining([...n8n.nodes, ...n8n.credentials]))
  expect(files).toEqual(
    expect.arrayContaining([
      'README.md',
      'dist/icons/passwright.svg',
      'dist/icons/passwright.dark.svg',
      'dist/nodes/Passwright/Passwright.node.json',
      'dist/nodes/PasswrightTrigger/PasswrightTrigger.node.json',
    ]),
  )
  expect(files.filter((path) => /test|\.tsbuildinfo$/.test(path))).toEqual([])
  expect(dependencies).toEqual({})
  expect(peerDependencies).toEqual({ 'n8n-workflow': '*' })
})

function manifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    n8n: { strict: boolean; nodes: string[]; credentials: string[] }
    dependencies?: Record<string, string>
    peerDependencies: Record<string, string>
  }
}
