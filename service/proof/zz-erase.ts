import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../test/support/databases/postgres.ts'
import { createKeyByCommand, runCommand, startServiceProcess } from '../test/support/environment/service-process.ts'
import { post } from './client.ts'
const N = Number(process.argv[2] ?? 10000)
const pg = await startPostgres({ durable: true })
for (const [name, options] of [['sqlite', ''], ['sqlite without secure_delete', '--import=/tmp/ops-erase/no-secure.mjs'], ['postgres', '']] as const) {
  const folder = await mkdtemp(join(tmpdir(), 'erase-'))
  const env = { DATA_DIR: folder, LOG_LEVEL: 'error', ...(name === 'postgres' ? { DATABASE_URL: pg.url } : {}), ...(options ? { NODE_OPTIONS: options } : {}) }
  const service = await startServiceProcess(env)
  const key = await createKeyByCommand(env)
  let next = 0
  let start = performance.now()
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < N) {
      const at = next++
      const { status, body } = await post(service.url, key, { title: `Card ${at}`, value: `Value ${at}`, metadata: { member: 'ada@example.com' }, externalId: `m-${at}` })
      if (status !== 201) throw new Error(JSON.stringify(body))
    }
  }))
  const created = (performance.now() - start) / 1000
  start = performance.now()
  const latencies: number[] = []
  let running = true
  const beside = (async () => { while (running) { const t = performance.now(); await post(service.url, key, { title: 'Beside' }); latencies.push(performance.now() - t); await new Promise((r) => setTimeout(r, 20)) } })()
  const out = await runCommand(env, 'forget', '--email', 'ada@example.com')
  const forgot = (performance.now() - start) / 1000
  running = false
  await beside
  latencies.sort((a, b) => a - b)
  const q = (s: number) => latencies[Math.floor(s * latencies.length)]?.toFixed(1)
  console.log(`${name}: created ${N} in ${created.toFixed(1)} s, forgot in ${forgot.toFixed(1)} s; creating meanwhile p50 ${q(0.5)} p99 ${q(0.99)} max ${latencies.at(-1)?.toFixed(0)} (${latencies.length}); file ${(await stat(join(folder, 'passwright.db')).catch(() => ({ size: 0 }))).size / 1e6} MB`)
  console.log(out.slice(0, 300))
  await service.stop('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}
await pg.remove()
