import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypes } from './strip-types.ts'

/** A file that pages of ours load: its media type and its bytes. */
export interface Asset {
  type: string
  body: Uint8Array
}

/** The files of the pages, under an address that changes with their content, so browsers may keep them. */
export interface Assets {
  version: string
  /** Finds `folder/file`, such as `editor/main.js`. */
  find(path: string): Asset | undefined
  /** The address of a file, relative to the root of the service. */
  toHref(path: string): string
}

/** The folders that are served, and where their files are. */
const folders: Record<string, URL> = {
  site: new URL('../site/', import.meta.url),
  editor: new URL('../editor/browser/', import.meta.url),
  'stats-page': new URL('../stats-page/browser/', import.meta.url),
  portable: new URL('./', import.meta.resolve('@passwright/shared')),
}

/** Reads the files, and turns TypeScript into what browsers run; `data` are files made of data. */
export function loadAssets(data: Readonly<Record<string, unknown>> = {}): Assets {
  const files = new Map([
    ...Object.entries(folders).flatMap(([name, folder]) =>
      readdirSync(folder).flatMap((file) => readAsset(name, file, folder)),
    ),
    ...Object.entries(data).map(([path, json]) => [path, toJsonAsset(json)] as const),
  ])
  const hash = createHash('sha256')
  for (const [path, { body }] of files) hash.update(path).update(body)
  const version = hash.digest('hex').slice(0, 16)
  return {
    version,
    find: (path) => files.get(path),
    toHref: (path) => `assets/${version}/${path}`,
  }
}

/** How a file is served, by the end of its name; others are not. */
const kinds: Record<string, { type: string; extension: string; read: (text: string) => string }> = {
  ts: { type: 'text/javascript; charset=utf-8', extension: 'js', read: toBrowserModule },
  svg: { type: 'image/svg+xml', extension: 'svg', read: (text) => text },
  css: { type: 'text/css; charset=utf-8', extension: 'css', read: (text) => text },
}

function readAsset(name: string, file: string, folder: URL): [string, Asset][] {
  const [, base = '', extension = ''] = /^([\w-]+)\.(\w+)$/.exec(file) ?? []
  const kind = kinds[extension]
  if (!kind) return []
  const body = Buffer.from(kind.read(readFileSync(new URL(file, folder), 'utf8')))
  return [[`${name}/${base}.${kind.extension}`, { type: kind.type, body }]]
}

function toJsonAsset(json: unknown): Asset {
  return { type: 'application/json; charset=utf-8', body: Buffer.from(JSON.stringify(json)) }
}

/** A module imports its neighbours, those of another page, and our portable code by the name of its package. */
function toBrowserModule(code: string): string {
  return stripTypes(code)
    .replace(/(from|import) '@passwright\/shared'/g, "$1 '../portable/index.js'")
    .replace(/(from|import) '\.\.\/\.\.\/([\w-]+)\/browser\/([\w-]+)\.ts'/g, "$1 '../$2/$3.js'")
    .replace(/(from|import) '(\.[\w./-]+)\.ts'/g, "$1 '$2.js'")
}
