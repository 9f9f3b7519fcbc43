import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const source = join(import.meta.dirname, '../../shared/src/portable')
const copy = join(import.meta.dirname, '../nodes/Passwright/portable')

/**
 * The files of shared/src/portable as this package holds them: it must build without the rest of the repository, by n8n's compiler
 * settings, which want imports without endings.
 * @returns {Map<string, string>} name → text
 */
export function portableFiles() {
  const names = readdirSync(source).filter((name) => name.endsWith('.ts') && name !== 'index.ts')
  return new Map(names.map((name) => [name, copied(name)]))
}

/** The files that are there now. @returns {Map<string, string>} name → text */
export function committedFiles() {
  return new Map(readdirSync(copy).map((name) => [name, readFileSync(join(copy, name), 'utf8')]))
}

/** @param {string} name */
function copied(name) {
  const text = readFileSync(join(source, name), 'utf8')
  const head = `// A copy of shared/src/portable/${name}, made by "npm run sync": change it there.\n\n`
  return head + text.replace(/(from '\.\/[^']+)\.ts'/g, "$1'")
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy, { recursive: true })
  for (const [name, text] of portableFiles()) writeFileSync(join(copy, name), text)
}
