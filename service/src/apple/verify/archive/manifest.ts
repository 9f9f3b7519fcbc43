import { hash } from 'node:crypto'
import { isObject } from '@passwright/shared'
import { createFinding, type Finding, findIf } from '../report/findings.ts'
import type { OpenedArchive } from './archive.ts'
import { parseJson } from './json.ts'

const unlisted = ['manifest.json', 'signature']

/** Verifies that the manifest lists every file of the pass with its SHA-1, and nothing else. */
export function verifyManifest({ files, names }: OpenedArchive): Finding[] {
  const bytes = files.get('manifest.json')
  if (bytes === undefined) return []
  const parsed = parseJson(bytes)
  if ('error' in parsed) {
    return [createFinding('manifest_unreadable', 'manifest.json', `manifest.json ${parsed.error}.`)]
  }
  if (!isObject(parsed.json)) {
    const message = 'manifest.json is no object of file names and hashes.'
    return [createFinding('manifest_unreadable', 'manifest.json', message)]
  }
  const manifest = new Map(Object.entries(parsed.json))
  return [
    ...unlisted.flatMap((name) =>
      findIf(manifest.has(name), 'manifest_lists_itself', name, `manifest.json lists ${name}.`),
    ),
    ...[...files].flatMap(([name, content]) =>
      unlisted.includes(name) ? [] : verifyFile(name, content, manifest),
    ),
    ...[...manifest.keys()].flatMap((name) =>
      findIf(
        !names.has(name),
        'manifest_file_absent',
        name,
        `manifest.json lists ${name}, which is not in the archive.`,
      ),
    ),
  ]
}

function verifyFile(name: string, content: Buffer, manifest: Map<string, unknown>): Finding[] {
  const listed = manifest.get(name)
  if (listed === undefined) {
    const message = `${name} is not listed in manifest.json.`
    return [createFinding('manifest_file_unlisted', name, message)]
  }
  if (typeof listed !== 'string') {
    const message = `The hash of ${name} in manifest.json is no text.`
    return [createFinding('manifest_hash_wrong', name, message)]
  }
  const sha1 = hash('sha1', content)
  if (listed.toLowerCase() === sha1) return []
  const says =
    listed.toLowerCase() === hash('sha256', content)
      ? `is its SHA-256, but Wallet reads SHA-1: ${sha1}`
      : `is not that of its content, ${sha1}`
  const message = `The hash of ${name} in manifest.json ${says}.`
  return [createFinding('manifest_hash_wrong', name, message)]
}
