import { crc32 } from 'node:zlib'
import { buildArchive, type PassFile, toPassFile } from './archive.ts'
import type { SignPass } from './sign.ts'
import { signManifest } from './signature.ts'

/**
 * The engine of our own. It adds `manifest.json`, the SHA-1 of every file in the order of their
 * names, and `signature` over it; the same content and second give the same bytes.
 * Source: https://developer.apple.com/documentation/walletpasses/building-a-pass
 */
export const signNatively: SignPass = async (content, identity, signingTime) => {
  const parts = [toPassFile('pass.json', content.passJson), ...content.files].sort(byName)
  const manifest = Buffer.from(writeManifest(parts))
  const signature = await signManifest(manifest, identity, signingTime)
  const sealed = { name: 'signature', bytes: signature, crc32: crc32(signature) }
  return buildArchive([...parts, toPassFile('manifest.json', manifest), sealed])
}

function writeManifest(parts: PassFile[]): string {
  const seen = new Set(['manifest.json', 'signature'])
  const lines = parts.map(({ name, sha1 }) => {
    if (seen.has(name)) throw new Error(`"${name}" is there twice in one pass`)
    seen.add(name)
    return `${JSON.stringify(name)}:"${sha1}"`
  })
  return `{${lines.join(',')}}`
}

// By code units and not by locale: the same everywhere.
function byName(a: PassFile, b: PassFile): number {
  return a.name < b.name ? -1 : 1
}
