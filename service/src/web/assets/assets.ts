import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path/posix'
import { toBrowserModule } from './browser-module.ts'

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

/** What is served, and where its files are; those of a room are in a folder of their own, such as `editor-form`. */
const roots: Record<string, URL> = {
  site: new URL('../site/', import.meta.url),
  browser: new URL('../browser/', import.meta.url),
  editor: new URL('../editor/browser/', import.meta.url),
  'stats-page': new URL('../stats-page/browser/', import.meta.url),
  portable: new URL('./', import.meta.resolve('@passwright/shared')),
}

/** Reads the files, and turns TypeScript into what browsers run; `data` are files made of data. */
export function loadAssets(data: Readonly<Record<string, unknown>> = {}): Assets {
  const sources = Object.entries(roots).flatMap(([name, root]) => listSources(name, root))
  const paths = new Map(sources.map(({ url, path }) => [url.href, path]))
  const files = new Map([
    ...sources.map((source) => [source.path, readAsset(source, paths)] as const),
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

interface Kind {
  type: string
  extension: string
  read: (text: string, url: URL, paths: ReadonlyMap<string, string>) => string
}

/** How a file is served, by the end of its name; others are not. */
const kinds: Record<string, Kind> = {
  ts: { type: 'text/javascript; charset=utf-8', extension: 'js', read: toBrowserModule },
  svg: { type: 'image/svg+xml', extension: 'svg', read: (text) => text },
  css: { type: 'text/css; charset=utf-8', extension: 'css', read: (text) => text },
}

/** A file that is served, and its path there. */
interface Source {
  url: URL
  path: string
  kind: Kind
}

function listSources(name: string, root: URL): Source[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
  return files.flatMap((file) => {
    const [, base = '', extension = ''] = /^([\w-]+)\.(\w+)$/.exec(basename(file)) ?? []
    const kind = kinds[extension]
    if (!kind) return []
    const rooms = dirname(file)
      .split('/')
      .filter((room) => room !== '.')
    const path = `${[name, ...rooms].join('-')}/${base}.${kind.extension}`
    return [{ url: new URL(file, root), path, kind }]
  })
}

function readAsset({ url, kind }: Source, paths: ReadonlyMap<string, string>): Asset {
  return { type: kind.type, body: Buffer.from(kind.read(readFileSync(url, 'utf8'), url, paths)) }
}

function toJsonAsset(json: unknown): Asset {
  return { type: 'application/json; charset=utf-8', body: Buffer.from(JSON.stringify(json)) }
}
