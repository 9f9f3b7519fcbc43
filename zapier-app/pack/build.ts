import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleApp } from './bundle.ts'
import { stageDependencies } from './stage-dependencies.ts'

const appFolder = fileURLToPath(new URL('../', import.meta.url))

/**
 * Builds the archive to upload to Zapier. A staging folder outside the workspace gets the bundle,
 * core and the dependencies of core; Zapier's own builder packs the files that are used. It needs no
 * network, no account and no package manager.
 */
export async function buildArchive(archive: string): Promise<void> {
  const stage = mkdtempSync(join(tmpdir(), 'passwright-zapier-'))
  try {
    const { name, version, type, exports, dependencies } = readManifest()
    writeFileSync(
      join(stage, 'package.json'),
      JSON.stringify({ name, version, type, exports, dependencies }, null, 2),
    )
    writeFileSync(join(stage, '.gitignore'), 'node_modules\nbuild\n')
    await bundleApp(appFolder, join(stage, exports))
    stageDependencies(Object.keys(dependencies), appFolder, stage)
    await runZapierCli(['build', '--skip-dep-install', '--skip-validation'], stage)
    mkdirSync(dirname(archive), { recursive: true })
    copyFileSync(join(stage, 'build/build.zip'), archive)
    // `zapier-platform upload` uploads both archives.
    copyFileSync(join(stage, 'build/source.zip'), join(dirname(archive), 'source.zip'))
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

/** Runs Zapier's command line in a folder and returns what it prints to stdout. */
export async function runZapierCli(
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<string> {
  const program = join(appFolder, 'node_modules/zapier-platform-cli/src/bin/run')
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
    cwd,
    env: { ...process.env, ...env, DISABLE_ZAPIER_ANALYTICS: '1', NO_COLOR: '1' },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

function readManifest(): {
  name: string
  version: string
  type: string
  exports: string
  dependencies: Record<string, string>
} {
  return JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8'))
}

if (import.meta.main) {
  const archive = join(appFolder, 'build/build.zip')
  await buildArchive(archive)
  // `zapier-platform invoke` runs the bundle in this folder.
  await bundleApp(appFolder, join(appFolder, readManifest().exports))
  console.log(`Built ${archive}`)
}
