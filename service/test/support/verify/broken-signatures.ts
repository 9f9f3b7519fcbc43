import type { BrokenPass } from './broken-passes.ts'
import type { PassKit } from './pass-kit.ts'
import type { CmsOptions } from './write-cms.ts'

const withCms =
  (change: (kit: PassKit, manifest: Buffer) => Partial<CmsOptions>) =>
  (kit: PassKit): Buffer => {
    const files = kit.files()
    return kit.seal(files, { cms: change(kit, kit.manifest(files)) })
  }

const withSignature =
  (change: (signature: Buffer) => Buffer) =>
  (kit: PassKit): Buffer => {
    const files = kit.files()
    return kit.seal(files, { signature: change(kit.sign(kit.manifest(files))) })
  }

const day = 24 * 60 * 60 * 1000

/** Signatures that are broken; the certificates are those of the kit's identity. */
export const brokenSignatures: readonly BrokenPass[] = [
  {
    name: 'an empty signature',
    code: 'signature_unreadable',
    build: withSignature(() => Buffer.alloc(0)),
  },
  {
    name: 'a signature in PEM',
    code: 'signature_unreadable',
    build: withSignature((signature) =>
      Buffer.from(`-----BEGIN PKCS7-----\n${signature.toString('base64')}\n-----END PKCS7-----\n`),
    ),
  },
  {
    name: 'half a signature',
    code: 'signature_unreadable',
    build: withSignature((signature) => signature.subarray(0, signature.length / 2)),
  },
  {
    name: 'signed attributes in another order',
    code: 'signature_not_der',
    build: withCms(() => ({ isSorted: false })),
  },
  {
    name: 'bytes after the signature',
    code: 'signature_not_der',
    build: withSignature((signature) => Buffer.concat([signature, Buffer.alloc(4)])),
  },
  {
    name: 'a signature with the manifest in it',
    code: 'signature_not_detached',
    build: withCms((_, manifest) => ({ content: manifest })),
  },
  {
    name: 'a signature of nobody',
    code: 'signature_signers',
    build: withCms(() => ({ signers: 0 })),
  },
  { name: 'two signers', code: 'signature_signers', build: withCms(() => ({ signers: 2 })) },
  { name: 'MD5', code: 'signature_digest', build: withCms(() => ({ digest: 'md5' })) },
  {
    name: 'no digest in the signed attributes',
    code: 'signature_attributes',
    build: withCms(() => ({ attributes: ['contentType', 'signingTime'] })),
  },
  {
    name: 'a content type that is no data',
    code: 'signature_attributes',
    build: withCms(() => ({ contentType: '1.2.840.113549.1.7.2' })),
  },
  {
    name: 'two digests in the signed attributes',
    code: 'signature_attributes',
    build: withCms(() => ({
      attributes: ['contentType', 'signingTime', 'messageDigest', 'messageDigest'],
    })),
  },
  {
    name: 'a manifest that was changed after it was signed',
    code: 'signature_other_content',
    build: (kit) => {
      const files = kit.files()
      const manifest = kit.manifest(files)
      const signature = kit.sign(Buffer.concat([manifest, Buffer.from('\n')]))
      return kit.seal(files, { manifest, signature })
    },
  },
  {
    name: 'a manifest that was signed as a mail',
    code: 'signature_other_content',
    build: (kit) => {
      const files = kit.files()
      const manifest = Buffer.from(`${kit.manifest(files).toString().replaceAll(',', ',\n')}\n`)
      const asMail = Buffer.from(manifest.toString().replaceAll('\n', '\r\n'))
      return kit.seal(files, { manifest, signature: kit.sign(asMail) })
    },
  },
  {
    name: 'a flipped bit in the signature value',
    code: 'signature_invalid',
    build: withSignature((signature) => {
      const changed = Buffer.from(signature)
      changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1
      return changed
    }),
  },
  {
    name: 'no signed attributes',
    code: 'signing_time_missing',
    build: withCms(() => ({ attributes: 'none' })),
  },
  {
    name: 'no signing time',
    code: 'signing_time_missing',
    build: withCms(() => ({ attributes: ['contentType', 'messageDigest'] })),
  },
  {
    name: 'a signing time of tomorrow',
    code: 'signing_time_future',
    build: withCms(() => ({ time: new Date(Date.now() + day) })),
  },
  {
    name: 'no certificate of the signer',
    code: 'signer_missing',
    build: withCms(({ identity }) => ({ certificates: identity.chain })),
  },
  {
    name: 'no WWDR',
    code: 'chain_incomplete',
    build: withCms(({ identity }) => ({ certificates: [identity.certificate] })),
  },
  {
    name: 'a signing time before the certificate',
    code: 'signed_outside_validity',
    build: withCms(() => ({ time: new Date(Date.now() - 200 * day) })),
  },
]
