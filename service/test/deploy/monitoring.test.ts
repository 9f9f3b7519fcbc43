import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { startTestService } from '../support/environment/test-service.ts'
import { runPromtool } from '../support/metrics/scrape.ts'
import { ensureDebianPackages } from '../support/run/debian.ts'

const folder = fileURLToPath(new URL('../../deploy/', import.meta.url))
const read = (file: string) => readFileSync(join(folder, file), 'utf8')

const hasPromtool = await ensureDebianPackages(
  ['prometheus'],
  "the check of the alert rules by Prometheus's promtool",
)

it.runIf(hasPromtool)('Prometheus finds nothing wrong with the alert rules', () => {
  expect(runPromtool(['check', 'rules', join(folder, 'alerts.yaml')])).toBe('')
})

it.runIf(hasPromtool)('the alerts fire when they should, and not before', () => {
  expect(runPromtool(['test', 'rules', join(folder, 'alerts.test.yaml')])).toBe('')
})

it('the alert rules and the dashboard read only metrics and labels that the service has', async () => {
  const service = await startTestService({ env: { METRICS: 'on' } })
  onTestFinished(() => service.stop())
  await service.fetch('/health')
  const text = await (await service.fetch('/metrics')).text()
  const names = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  )
  const rules = parse(read('alerts.yaml')).groups[0].rules as { expr: string }[]
  const { panels } = JSON.parse(read('grafana-dashboard.json')) as {
    panels: { title: string; targets?: { expr: string }[] }[]
  }
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ]
  expect(expressions.length).toBeGreaterThan(30)
  const read_ = expressions.flatMap(
    (expr) => expr.match(/\b(?:passwright|nodejs|process)_\w+/g) ?? [],
  )
  expect(read_.filter((name) => !names.includes(name))).toEqual([])
  const unread = names.filter(
    (name) =>
      name.startsWith('passwright_') &&
      !read_.includes(name) &&
      !/_(?:sum|count|transactions_bucket)$/.test(name),
  )
  expect(unread).toEqual(['passwright_build_info'])
  const labels = expressions.flatMap((expr) =>
    [...expr.matchAll(/\bby \(([^)]+)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
  )
  const known = ['job', ...[...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label)]
  const ofJobs = ['result', 'status']
  expect(labels.filter((label) => ![...known, ...ofJobs].includes(label))).toEqual([])
})
