import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import {
  contextFile,
  everywhere,
  folders,
  packages,
  repositories,
  vendors,
} from './import-rules.ts'

/** An import that a rule refuses, or folders that import each other. */
export interface Violation {
  file: string
  /** What is imported, as it is written. */
  import: string
  because: string
}

interface Import {
  /** The path of the importing file from the root. */
  file: string
  specifier: string
  isType: boolean
  /** The path of the imported file below `service/src`, when it is there. */
  target: string | undefined
}

const sources = [
  'shared/src',
  'service/src',
  'service/setup',
  'n8n-node/nodes',
  'n8n-node/credentials',
  'zapier-app/src',
]

const service = 'service/src/'

/** Checks every source file below a root against the rules; returns what breaks one. */
export function checkImports(root: string): Violation[] {
  const imports = sources.flatMap((folder) =>
    globSync(`${folder}/**/*.{ts,mts,mjs}`, { cwd: root }).flatMap((file) =>
      readImports(root, file),
    ),
  )
  return [
    ...imports.flatMap(checkPackage),
    ...imports.filter(({ file }) => file.startsWith(service)).flatMap(checkService),
    ...findCircles(imports),
  ]
}

/** Reads what a file imports: statically, for its side effects, dynamically, or to export it again. */
function readImports(root: string, file: string): Import[] {
  if (/\.test\.m?ts$/.test(file)) return []
  const code = readFileSync(join(root, file), 'utf8').replace(/^\s*(?:\*|\/\/).*$/gm, '')
  const statements =
    /(?:^|[\s;])(?:import|export)\s(type\s)?[^'"`;=]*?\sfrom\s*['"]([^'"]+)['"]|(?:^|[\s;])import\s*(?:\(\s*)?['"]([^'"\n]+)['"]|[^.\w]import\(\s*['"]([^'"]+)['"]/gm
  return [...code.matchAll(statements)].map(([, type, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? ''
    const path = posix.join(posix.dirname(file), specifier)
    const isInService = specifier.startsWith('.') && path.startsWith(service)
    const target = isInService ? path.slice(service.length) : undefined
    return { file, specifier, isType: type !== undefined, target }
  })
}

function checkPackage({ file, specifier }: Import): Violation[] {
  return packages
    .filter(({ path, allowed }) => file.startsWith(path) && !allowed.test(specifier))
    .map(({ because }) => ({ file, import: specifier, because }))
}

function checkService({ file, specifier, isType, target }: Import): Violation[] {
  const violation = (because: string) => [{ file, import: specifier, because }]
  const source = file.slice(service.length)
  const vendor = vendors.find(({ packages: names }) => names.includes(specifier))
  if (vendor && !vendor.only.some((door) => source === door || source.startsWith(`${door}/`))) {
    return violation(vendor.because)
  }
  if (target === undefined || (target === contextFile && isType)) return []
  if (repositories.file.test(target) && toRoom(target) !== toRoom(source)) {
    return violation(repositories.because)
  }
  const rule = folders[toRoom(source)]
  if (!rule)
    return violation(`service/test/house/import-rules.ts has no rule for ${toRoom(source)}.`)
  const allowed = [toRoom(source), ...everywhere, ...rule.imports]
  return allowed.includes(toRoom(target)) ? [] : violation(rule.because)
}

/** The folder of a file below `service/src`, or the file itself without its ending. */
function toRoom(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? ''
}

/** Folders, subfolders counted for themselves, that import each other directly or by way of others. */
function findCircles(imports: readonly Import[]): Violation[] {
  const graph = new Map<string, Map<string, Import>>()
  for (const each of imports) {
    const { file, target, isType } = each
    if (target === undefined || (target === contextFile && isType)) continue
    const from = toFolder(file.slice(service.length))
    const to = toFolder(target)
    if (from === to) continue
    const edges = graph.get(from) ?? new Map<string, Import>()
    if (!edges.has(to)) edges.set(to, each)
    graph.set(from, edges)
  }
  return [...graph].flatMap(([from, edges]) =>
    [...edges].flatMap(([to, { file, specifier }]) => {
      const way = findWay(graph, to, from)
      if (!way) return []
      const because = `These folders import each other: ${[from, ...way].join(' → ')}.`
      return [{ file, import: specifier, because }]
    }),
  )
}

function toFolder(path: string): string {
  return path.includes('/') ? dirname(path) : path
}

/** The shortest way from one folder to another along imports. */
function findWay(
  graph: ReadonlyMap<string, ReadonlyMap<string, Import>>,
  from: string,
  to: string,
): string[] | undefined {
  const ways = [[from]]
  const seen = new Set([from])
  for (const way of ways) {
    const last = way.at(-1) ?? from
    if (last === to) return way
    for (const next of graph.get(last)?.keys() ?? []) {
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return undefined
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../../..')
  if (!existsSync(join(root, service))) throw new Error(`${relative('.', root)} has no ${service}`)
  const violations = checkImports(root)
  for (const { file, import: specifier, because } of violations) {
    console.error(`${file} imports '${specifier}'. ${because}`)
  }
  if (violations.length > 0) process.exitCode = 1
  else console.log('Imports follow the rules; no folders import each other.')
}
