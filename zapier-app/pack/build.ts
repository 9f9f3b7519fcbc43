import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundle } from './bundle.ts'
import { stageDependencies } from './stage-dependencies.ts'

const app = fileURLToPath(new URL('../', import.meta.url))

/**
 * Makes the archive that Zapier takes. A stage beside the workspace holds the bundle, core and what
 * core needs; Zapier's own builder picks from it the files that are really used. It needs no
 * network, no account and no package manager.
 */
export async function buildArchive(archive: string): Promise<void> {
  const stage = mkdtempSync(join(tmpdir(), 'passwright-zapier-'))
  try {
    const { name, version, type, exports, dependencies } = manifest()
    writeFileSync(
      join(stage, 'package.json'),
      JSON.stringify({ name, version, type, exports, dependencies }, null, 2),
    )
    writeFileSync(join(stage, '.gitignore'), 'node_modules\nbuild\n')
    await bundle(app, join(stage, exports))
    stageDependencies(Object.keys(dependencies), app, stage)
    await zapier(['build', '--skip-dep-install', '--skip-validation'], stage)
    mkdirSync(dirname(archive), { recursive: true })
    copyFileSync(join(stage, 'build/build.zip'), archive)
    // `zapier-platform upload` sends both.
    copyFileSync(join(stage, 'build/source.zip'), join(dirname(archive), 'source.zip'))
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

/** Runs Zapier's command line in a folder and gives what it printed. */
export async function zapier(
  words: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<string> {
  const program = join(app, 'node_modules/zapier-platform-cli/src/bin/run')
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], {
    cwd,
    env: { ...process.env, ...env, DISABLE_ZAPIER_ANALYTICS: '1', NO_COLOR: '1' },
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
}

function manifest(): {
  name: string
  version: string
  type: string
  exports: string
  dependencies: Record<string, string>
} {
  return JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
}

if (import.meta.main) {
  const archive = join(app, 'build/build.zip')
  await buildArchive(archive)
  // For `zapier-platform invoke`, which runs what stands in this folder.
  await bundle(app, join(app, manifest().exports))
  console.log(`Built ${archive}`)
}
