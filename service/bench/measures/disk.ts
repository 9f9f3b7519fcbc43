import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createPoster, type Server, startService } from '../contenders/servers.ts'
import type { Effort, Figure, Measure } from './figure.ts'

const run = promisify(execFile)

/** How often a pass waits for the disk, and what a slow disk costs. */
export const measureDisk: Measure = async (effort) => {
  const folder = await mkdtemp(join(tmpdir(), 'passwright-bench-'))
  try {
    const [hasStrace, hasCompiler] = [
      await canRun('strace', '-V'),
      await canRun('gcc', '--version'),
    ]
    const counted = hasStrace ? await countFsyncs(folder, effort) : []
    const slowed = hasCompiler ? await measureSlowDisk(folder, effort) : []
    return {
      figures: [...counted, ...slowed],
      leftOut: [
        ...(hasStrace ? [] : ['fsyncs per pass, because strace is not installed']),
        ...(hasCompiler ? [] : ['a slow disk, because gcc is not installed']),
      ],
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function canRun(program: string, argument: string): Promise<boolean> {
  return run(program, [argument]).then(
    () => true,
    () => false,
  )
}

async function countFsyncs(folder: string, effort: Effort): Promise<Figure[]> {
  const log = join(folder, 'fsyncs')
  const trace = ['-f', '-D', '--seccomp-bpf', '-e', 'trace=fsync,fdatasync', '-o', log]
  const service = await startService(
    {},
    { launcher: { command: ['strace', ...trace], node: process.execPath } },
  )
  const readCount = async () => (await readFile(log, 'utf8')).match(/sync\(/g)?.length ?? 0
  try {
    const figures: Figure[] = []
    for (const [connections, atMost] of [
      [16, 1 / 8],
      [64, 1 / 32],
    ] as const) {
      const passes = effort === 'full' ? 4_000 : 200
      const poster = createPoster(service, connections)
      await poster.postMany(passes / 4)
      const before = await readCount()
      await poster.postMany(passes)
      const count = (await readCount()) - before
      await poster.close()
      figures.push({
        what: `fsyncs per pass, ${connections} connections`,
        value: count / passes,
        target: { atMost },
        details: `${count} for ${passes} passes (strace)`,
      })
    }
    return figures
  } finally {
    await service.stop()
  }
}

/** Every fsync takes 5 ms longer. One caller waits for a commit of its own each time, as every caller once did. */
async function measureSlowDisk(folder: string, effort: Effort): Promise<Figure[]> {
  const library = join(folder, 'slow-fsync.so')
  const source = fileURLToPath(new URL('slow-fsync.c', import.meta.url))
  await run('gcc', ['-shared', '-fPIC', '-o', library, source])
  const service = await startService({ LD_PRELOAD: library })
  try {
    const passes = effort === 'full' ? 1_000 : 50
    await measureRate(service, 16, passes)
    const alone = await measureRate(service, 1, passes / 2)
    const together = await measureRate(service, 16, passes * 2)
    return [
      {
        what: 'Passes a second when an fsync takes 5 ms, 16 connections, against a commit for each pass',
        value: together / alone,
        target: { atLeast: 8 },
        details: `${together.toFixed(0)} against ${alone.toFixed(0)} a second`,
      },
    ]
  } finally {
    await service.stop()
  }
}

async function measureRate(service: Server, connections: number, passes: number) {
  const poster = createPoster(service, connections)
  const startedAt = performance.now()
  await poster.postMany(passes)
  const seconds = (performance.now() - startedAt) / 1000
  await poster.close()
  return passes / seconds
}
