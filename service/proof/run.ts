import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'

// `npm run proof -- quota` runs proof/quota.ts; `npm run bench` runs bench/all.ts. A file that begins with a doc comment is
// listed, with the first sentence of the comment; the others are shared code.

const [kind = 'proof', ...given] = process.argv.slice(2)
const isNamed = given[0]?.startsWith('--') === false
const name = isNamed ? given[0] : kind === 'bench' ? 'all' : undefined
const rest = isNamed ? given.slice(1) : given
const folders = ['..', '../../n8n-node'].map((owner) => join(import.meta.dirname, owner, kind))
const all = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  .filter((path) => /\.m?ts$/.test(path))
  .map((path) => ({ name: basename(path).replace(/\.m?ts$/, ''), path }))
  .flatMap(({ name, path }) => promiseOf(path).map((promise) => ({ name, path, promise })))
  .sort((one, other) => one.name.localeCompare(other.name))

const asked = all.filter((one) => one.name === name)
if (asked.length === 0) {
  if (name !== undefined) console.error(`There is no ${kind} called "${name}".`)
  console.log(`npm run ${kind} -- NAME, where NAME is one of\n${list()}`)
  process.exitCode = name === undefined ? 0 : 2
}
for (const { path } of asked) {
  process.argv = [process.execPath, path, ...rest]
  await import(pathToFileURL(path).href)
}

function promiseOf(path: string): string[] {
  const comment = /^\/\*\*(.*?)\*\//s.exec(readFileSync(path, 'utf8'))?.[1]
  const words = comment
    ?.replace(/^\s*\*/gm, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return words ? [words.replace(/(?<=[.!?])\s.*/, '')] : []
}

function list(): string {
  const width = Math.max(0, ...all.map((one) => one.name.length))
  return all.map((one) => `  ${one.name.padEnd(width)}  ${one.promise}`).join('\n')
}
