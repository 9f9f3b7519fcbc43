import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package of the workspace's store, and the folder of the stage it stands in. */
interface Placed {
  source: string
  folder: string
}

/**
 * Copies packages and all they need out of the installed workspace into a plain `node_modules`
 * without links: each at the top, or inside who needs it where the top holds another version. No
 * registry is asked, so what is packed is what the lock file names.
 */
export function stageDependencies(names: string[], from: string, stage: string): void {
  const placed = new Map<string, string>()
  const waiting: Placed[] = [{ source: from, folder: stage }]
  for (let one = waiting.shift(); one; one = waiting.shift()) {
    const { source, folder } = one
    const needs = folder === stage ? names : needsOf(source)
    for (const name of needs) {
      const found = find(name, source)
      if (nearest(name, folder, stage, placed) === found) continue
      const isFree = !placed.has(join(stage, 'node_modules', name))
      const place = join(isFree ? stage : folder, 'node_modules', name)
      cpSync(found, place, { recursive: true, filter: (path) => isOf(found, path) })
      placed.set(place, found)
      waiting.push({ source: found, folder: place })
    }
  }
}

/** What Node would find from this folder, as the package it was copied from. */
function nearest(name: string, folder: string, stage: string, placed: Map<string, string>) {
  for (let at = folder; at.length >= stage.length; at = dirname(at)) {
    const there = placed.get(join(at, 'node_modules', name))
    if (there) return there
  }
  return undefined
}

function needsOf(source: string): string[] {
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const optional = Object.keys(manifest.optionalDependencies ?? {})
  const needed = Object.keys(manifest.dependencies ?? {})
  return [
    ...needed.filter((name) => !optional.includes(name)),
    ...optional.filter((name) => has(name, source)),
  ]
}

/** Where the workspace keeps what this package imports by that name. */
function find(name: string, source: string): string {
  for (let at = source; at !== dirname(at); at = dirname(at)) {
    const there = join(at, 'node_modules', name)
    if (existsSync(there)) return realpathSync(there)
  }
  throw new Error(`${name}, which ${source} needs, is not installed: run "npm run check" once.`)
}

function has(name: string, source: string): boolean {
  try {
    return find(name, source) !== ''
  } catch {
    return false
  }
}

/** The package's own files, not what the store links beside them. */
function isOf(found: string, path: string): boolean {
  return !path.slice(found.length).includes('/node_modules')
}
