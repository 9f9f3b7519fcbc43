import { createHash, X509Certificate } from 'node:crypto'
import { crc32 } from 'node:zlib'
import * as yauzl from 'yauzl'
import { inspectWithPrograms } from './verify-pass-programs.ts'
import { inspectSignature } from './verify-pass-signature.ts'

export interface VerifyPassOptions {
  /** The root certificate that the chain must end in; text is PEM. */
  root: string | X509Certificate
  /** When the certificates must be valid; now when absent. */
  at?: Date
  /** False skips the checks by external programs, for property tests that verify hundreds of passes. */
  programs?: boolean
}

/** The contents of a valid pass. */
export interface VerifiedPass {
  files: Map<string, Buffer>
  passJson: Record<string, unknown>
  /** From the signature. */
  signingTime: Date | undefined
  signer: X509Certificate | undefined
}

/**
 * Verifies a .pkpass file with code that is not ours: yauzl, asn1js and pkijs in this process, and the programs unzip, openssl and
 * certtool. Throws one error that lists every finding.
 */
export async function verifyPass(
  bytes: Uint8Array,
  options: VerifyPassOptions,
): Promise<VerifiedPass> {
  const { findings, pass } = await inspectPass(bytes, options)
  if (findings.length > 0) throw new Error(`The pass is invalid:\n${findings.join('\n')}`)
  return pass
}

/** Like verifyPass, but returns the findings, one line each. */
export async function inspectPass(
  bytes: Uint8Array,
  options: VerifyPassOptions,
): Promise<{ findings: string[]; pass: VerifiedPass }> {
  const root = new X509Certificate(options.root.toString())
  const findings: string[] = []
  const archive = Buffer.from(bytes)
  const files = await openArchive(archive, findings)
  const manifest = files.get('manifest.json') ?? Buffer.from('{}')
  const signature = files.get('signature') ?? Buffer.alloc(0)
  const passJson: Record<string, unknown> = JSON.parse(files.get('pass.json')?.toString() ?? '{}')

  findings.push(...inspectManifest(files, manifest))
  const { at } = options
  const inspected = await inspectSignature({
    signature,
    manifest,
    root,
    at: at ?? new Date(),
  })
  findings.push(...inspected.findings)
  if (inspected.signer !== undefined)
    findings.push(...inspectIdentifiers(passJson, inspected.signer))
  if (options.programs ?? true) {
    findings.push(...(await inspectWithPrograms({ archive, signature, manifest, root, at })))
  }
  return {
    findings,
    pass: { files, passJson, signingTime: inspected.signingTime, signer: inspected.signer },
  }
}

async function openArchive(archive: Buffer, findings: string[]): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const zip = await yauzl.fromBufferPromise(archive, {
    lazyEntries: true,
    strictFileNames: true,
  })
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName
    const chunks: Buffer[] = []
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk)
    const content = Buffer.concat(chunks)
    const local = await zip.readLocalFileHeaderPromise(entry, {
      minimal: false,
    })

    if (files.has(name)) findings.push(`archive: ${name} is duplicated`)
    if (crc32(content) !== entry.crc32) findings.push(`archive: ${name} has a wrong checksum`)
    const agrees =
      local.fileName.toString() === name &&
      local.crc32 === entry.crc32 &&
      local.uncompressedSize === content.length &&
      local.compressedSize === entry.compressedSize
    if (!agrees) findings.push(`archive: the two headers of ${name} disagree`)
    files.set(name, content)
  }
  for (const name of ['pass.json', 'icon.png', 'manifest.json', 'signature']) {
    if (!files.has(name)) findings.push(`archive: ${name} is missing`)
  }
  return files
}

function inspectManifest(files: Map<string, Buffer>, manifest: Buffer): string[] {
  const entries = new Map(Object.entries<unknown>(JSON.parse(manifest.toString())))
  const listed = [...files.keys()].filter(
    (name) => name !== 'manifest.json' && name !== 'signature',
  )
  const wrong = listed.filter((name) => entries.get(name) !== sha1(files.get(name)))
  const extra = [...entries.keys()].filter((name) => !listed.includes(name))
  return [
    ...wrong.map((name) => `manifest: ${name} is not listed with its SHA-1`),
    ...extra.map((name) => `manifest: ${name} is listed but not in the archive`),
  ]
}

function sha1(bytes: Buffer = Buffer.alloc(0)): string {
  return createHash('sha1').update(bytes).digest('hex')
}

// Wallet compares the pass type and the team in pass.json with those of the certificate.
function inspectIdentifiers(passJson: Record<string, unknown>, signer: X509Certificate): string[] {
  const { UID, OU } = signer.toLegacyObject().subject as unknown as Record<string, unknown>
  const findings: string[] = []
  if (passJson.passTypeIdentifier !== UID)
    findings.push(`ids: the certificate is for the pass type ${UID}`)
  if (passJson.teamIdentifier !== OU) findings.push(`ids: the certificate belongs to team ${OU}`)
  return findings
}
