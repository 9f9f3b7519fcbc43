import { build } from 'esbuild'

/** Bundles the app and the shared code into one file that imports only core. */
export async function bundleApp(app: string, outfile: string): Promise<void> {
  await build({
    absWorkingDir: app,
    entryPoints: ['src/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Zapier runs apps with core 18 and 19 on Node 22.
    target: 'node22',
    external: ['zapier-platform-core'],
    logLevel: 'warning',
  })
}
