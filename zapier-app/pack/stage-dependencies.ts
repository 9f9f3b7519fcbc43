import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** An installed package, and the folder that it was copied to. */
interface StagedPackage {
  source: string
  folder: string
}

/**
 * Copies packages and their dependencies from the installed workspace to a `node_modules` without
 * links: each to the top level, or into the package that depends on it if the top level has another
 * version. It uses no registry, so the versions are those of the lock file.
 */
export function stageDependencies(names: string[], appFolder: string, stage: string): void {
  const staged = new Map<string, string>()
  const queue: StagedPackage[] = [{ source: appFolder, folder: stage }]
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { source, folder } = next
    const dependencies = folder === stage ? names : listDependencies(source)
    for (const name of dependencies) {
      const installed = resolvePackage(name, source)
      if (resolveStaged(name, folder, stage, staged) === installed) continue
      const isTopLevelFree = !staged.has(join(stage, 'node_modules', name))
      const target = join(isTopLevelFree ? stage : folder, 'node_modules', name)
      cpSync(installed, target, { recursive: true, filter: (path) => isOwnFile(installed, path) })
      staged.set(target, installed)
      queue.push({ source: installed, folder: target })
    }
  }
}

/** Resolves a package from a staged folder as Node does; returns the folder that it was copied from. */
function resolveStaged(name: string, from: string, stage: string, staged: Map<string, string>) {
  for (let folder = from; folder.length >= stage.length; folder = dirname(folder)) {
    const source = staged.get(join(folder, 'node_modules', name))
    if (source) return source
  }
  return undefined
}

function listDependencies(source: string): string[] {
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  const optional = Object.keys(manifest.optionalDependencies ?? {})
  const dependencies = Object.keys(manifest.dependencies ?? {})
  return [
    ...dependencies.filter((name) => !optional.includes(name)),
    ...optional.filter((name) => isInstalled(name, source)),
  ]
}

/** Resolves a package from an installed one as Node does; throws if it is not installed. */
function resolvePackage(name: string, source: string): string {
  for (let folder = source; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return realpathSync(candidate)
  }
  throw new Error(`${name}, a dependency of ${source}, is not installed: run "npm run check" once.`)
}

function isInstalled(name: string, source: string): boolean {
  try {
    return resolvePackage(name, source) !== ''
  } catch {
    return false
  }
}

/** Whether a path is a file of the package itself and not in its `node_modules`. */
function isOwnFile(installed: string, path: string): boolean {
  return !path.slice(installed.length).includes('/node_modules')
}
