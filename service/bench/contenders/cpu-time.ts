import { readdirSync, readFileSync } from 'node:fs'

/**
 * The CPU time that a process has used, in seconds: of all its threads, to the nanosecond. Linux only
 * (https://docs.kernel.org/scheduler/sched-stats.html).
 */
export function readCpuSeconds(pid: number | undefined): number {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).reduce((sum, thread) => sum + readThread(folder, thread), 0) / 1e9
}

function readThread(folder: string, thread: string): number {
  try {
    return Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    // The thread has ended since it was listed.
    return 0
  }
}

/** The CPU time that work in this process takes, in seconds. */
export async function measureOwnCpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** The resident memory of a process, in megabytes. */
export function readResidentMegabytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}
