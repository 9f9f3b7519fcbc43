import { deflateRawSync } from 'node:zlib'
import type { BrokenPass } from './broken-passes.ts'
import { type Files, type PassKit, writeZip, type ZipFile } from './pass-kit.ts'

/** The archive with one entry changed. */
const withEntry =
  (name: string, change: (entry: ZipFile) => Partial<ZipFile>) =>
  (kit: PassKit): Buffer =>
    kit.seal(kit.files(), {
      zip: {
        change: (entry) =>
          entry.name.toString() === name ? { ...entry, ...change(entry) } : entry,
      },
    })

const withFile =
  (name: string, bytes: Buffer = Buffer.from('x')) =>
  (kit: PassKit): Buffer =>
    kit.seal({ ...kit.files(), [name]: bytes })

/** The manifest is changed before it is signed. */
const withManifest =
  (change: (manifest: Record<string, unknown>, files: Files) => unknown) =>
  (kit: PassKit): Buffer => {
    const files = kit.files()
    const changed = change(JSON.parse(kit.manifest(files).toString()), files)
    const manifest = Buffer.isBuffer(changed) ? changed : Buffer.from(JSON.stringify(changed))
    return kit.seal(files, { manifest })
  }

const unzipped = (kit: PassKit): [string, Buffer][] => {
  const files = kit.files()
  const manifest = kit.manifest(files)
  return [...Object.entries(files), ['manifest.json', manifest], ['signature', kit.sign(manifest)]]
}

/** Archives and manifests that are broken. */
export const brokenArchives: readonly BrokenPass[] = [
  { name: 'an empty file', code: 'archive_unreadable', build: () => Buffer.alloc(0) },
  { name: 'a text', code: 'archive_unreadable', build: () => Buffer.from('<html>Not found') },
  {
    name: 'half of an archive',
    code: 'archive_unreadable',
    build: (kit) => {
      const pass = kit.seal(kit.files())
      return pass.subarray(0, pass.length / 2)
    },
  },
  {
    name: 'a bundle of passes',
    code: 'archive_is_bundle',
    build: (kit) => writeZip([['one.pkpass', kit.seal(kit.files())]]),
  },
  {
    name: 'an encrypted file',
    code: 'archive_encrypted',
    build: withEntry('icon.png', () => ({ flags: 1 })),
  },
  {
    name: 'a file packed with bzip2',
    code: 'archive_compression',
    build: withEntry('icon.png', () => ({ method: 12 })),
  },
  {
    name: 'a wrong checksum',
    code: 'archive_damaged',
    build: withEntry('logo.png', ({ crc }) => ({ crc: crc ^ 1 })),
  },
  {
    name: 'a wrong size',
    code: 'archive_damaged',
    build: withEntry('logo.png', ({ size }) => ({ size: size + 1 })),
  },
  {
    name: 'deflated bytes that are none',
    code: 'archive_damaged',
    build: withEntry('logo.png', () => ({ method: 8 })),
  },
  {
    name: 'two names of one file',
    code: 'archive_headers_differ',
    build: withEntry('logo.png', () => ({ localName: Buffer.from('logo.pn_') })),
  },
  {
    name: 'a bomb of zeros',
    code: 'archive_too_large',
    build: withEntry('logo.png', () => ({
      method: 8,
      size: 1_000_000_000,
      packed: deflateRawSync(Buffer.alloc(10_000_000)),
    })),
  },
  {
    name: 'thousands of files',
    code: 'archive_too_large',
    build: (kit) => {
      const many = Array.from({ length: 2_100 }, (_, index) => [`${index}.txt`, Buffer.alloc(0)])
      return kit.seal({ ...kit.files(), ...Object.fromEntries(many) })
    },
  },
  {
    name: 'a file twice',
    code: 'file_duplicate',
    build: (kit) => writeZip([...unzipped(kit), ['pass.json', Buffer.from('{}')]]),
  },
  { name: 'a path out of the pass', code: 'file_path', build: withFile('../icon.png') },
  { name: 'an absolute path', code: 'file_path', build: withFile('/icon.png') },
  { name: 'a backslash', code: 'file_path', build: withFile('de.lproj\\pass.strings') },
  {
    name: 'a name that is no UTF-8',
    code: 'file_path',
    build: (kit) =>
      kit.seal(
        { ...kit.files(), 'x.txt': Buffer.from('x') },
        {
          manifest: kit.manifest(kit.files()),
          zip: {
            change: (entry) => {
              const isIt = entry.name.toString() === 'x.txt'
              return isIt ? { ...entry, name: Buffer.from([0xff, 0xfe, 0x41]) } : entry
            },
          },
        },
      ),
  },
  ...['pass.json', 'manifest.json', 'signature'].map(
    (name): BrokenPass => ({
      name: `no ${name}`,
      code: 'file_missing',
      build: (kit) => {
        const files = unzipped(kit).filter(([each]) => each !== name)
        if (name !== 'pass.json') return writeZip(files)
        const { 'pass.json': _, ...others } = kit.files()
        return kit.seal(others)
      },
    }),
  ),
  {
    name: 'a folder around everything',
    code: 'pass_in_folder',
    build: (kit) =>
      writeZip(unzipped(kit).map(([name, bytes]): [string, Buffer] => [`My.pass/${name}`, bytes])),
  },
  { name: 'a .DS_Store', code: 'file_stray', build: withFile('.DS_Store') },
  { name: 'a script', code: 'file_stray', build: withFile('scripts/run.js') },
  {
    name: 'a folder with an entry of its own',
    code: 'file_stray',
    build: (kit) => kit.seal(kit.files(), { zip: { folders: ['model/'] } }),
  },
  {
    name: 'an enormous signature',
    code: 'file_too_large',
    build: (kit) => kit.seal(kit.files(), { signature: Buffer.alloc(2_000_000, 48) }),
  },
  {
    name: 'a manifest that is no JSON',
    code: 'manifest_unreadable',
    build: withManifest(() => Buffer.from('{"icon.png":')),
  },
  { name: 'a manifest that is a list', code: 'manifest_unreadable', build: withManifest(() => []) },
  {
    name: 'a manifest with a byte-order mark',
    code: 'manifest_unreadable',
    build: withManifest((manifest) => Buffer.from(`\ufeff${JSON.stringify(manifest)}`)),
  },
  {
    name: 'a file that the manifest does not list',
    code: 'manifest_file_unlisted',
    build: withManifest(({ 'logo.png': _, ...others }) => others),
  },
  {
    name: 'a file that only the manifest has',
    code: 'manifest_file_absent',
    build: withManifest((manifest) => ({ ...manifest, 'strip.png': '0'.repeat(40) })),
  },
  {
    name: 'a wrong hash',
    code: 'manifest_hash_wrong',
    build: withManifest((manifest) => ({ ...manifest, 'logo.png': '0'.repeat(40) })),
  },
  {
    name: 'a hash that is a number',
    code: 'manifest_hash_wrong',
    build: withManifest((manifest) => ({ ...manifest, 'logo.png': 1 })),
  },
  {
    name: 'a manifest that lists itself',
    code: 'manifest_lists_itself',
    build: withManifest((manifest) => ({ ...manifest, 'manifest.json': '0'.repeat(40) })),
  },
]
