import { build } from 'esbuild'

/** Writes the app as one file that needs nothing but core; the shared tables are inside. */
export async function bundle(app: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: app,
    entryPoints: ['src/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Zapier runs apps of core 18 and 19 on Node 22.
    target: 'node22',
    external: ['zapier-platform-core'],
    logLevel: 'warning',
  })
}
