import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const source = join(import.meta.dirname, '../../shared/src/portable')
const copy = join(import.meta.dirname, '../nodes/Passwright/portable')

/**
 * Builds the copies of the files in shared/src/portable: this package must build without the rest of the repository, and the module
 * resolution of n8n's tsconfig.json wants imports without file extensions.
 * @returns {Map<string, string>} name → text
 */
export function buildPortableFiles() {
  const names = listFiles(source).filter((name) => name !== 'index.ts')
  return new Map(names.map((name) => [name, toCopy(name)]))
}

/** Reads the committed copies. @returns {Map<string, string>} name → text */
export function readCommittedFiles() {
  return new Map(listFiles(copy).map((name) => [name, readFileSync(join(copy, name), 'utf8')]))
}

/** The files of TypeScript in a folder and those in it, in order. @param {string} folder */
function listFiles(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.ts')).sort()
}

/** @param {string} name */
function toCopy(name) {
  const text = readFileSync(join(source, name), 'utf8')
  const head = `// A copy of shared/src/portable/${name}, made by "npm run sync": change it there.\n\n`
  return head + text.replace(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1'")
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  rmSync(copy, { recursive: true, force: true })
  for (const [name, text] of buildPortableFiles()) {
    mkdirSync(dirname(join(copy, name)), { recursive: true })
    writeFileSync(join(copy, name), text)
  }
}
