import { buildArchive, type PassFile, toArchiveFile, toPassFile } from './archive.ts'
import type { SigningEngine } from './sign.ts'
import { signManifest } from './signature.ts'

/**
 * Signs a pass with our own engine: adds `manifest.json` with the SHA-1 of every file, sorted by
 * name, and its `signature`. The same content and signing time (to the second) give the same bytes.
 * Source: https://developer.apple.com/documentation/walletpasses/building-a-pass
 */
export const signNatively: SigningEngine = async (content, identity, signingTime) => {
  const files = [toPassFile('pass.json', content.passJson), ...content.files].sort(compareNames)
  const manifest = Buffer.from(buildManifest(files))
  const signature = await signManifest(manifest, identity, signingTime)
  return buildArchive([
    ...files,
    toArchiveFile('manifest.json', manifest),
    toArchiveFile('signature', signature),
  ])
}

function buildManifest(files: PassFile[]): string {
  const seen = new Set(['manifest.json', 'signature'])
  const lines = files.map(({ name, sha1 }) => {
    if (seen.has(name)) throw new Error(`"${name}" is in the pass twice`)
    seen.add(name)
    return `${JSON.stringify(name)}:"${sha1}"`
  })
  return `{${lines.join(',')}}`
}

// By code units, because the order of a locale differs between machines.
function compareNames(a: PassFile, b: PassFile): number {
  return a.name < b.name ? -1 : 1
}
