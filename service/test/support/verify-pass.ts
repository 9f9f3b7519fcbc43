import { createHash, X509Certificate } from 'node:crypto'
import { crc32 } from 'node:zlib'
import * as yauzl from 'yauzl'
import { judgeWithPrograms } from './verify-pass-programs.ts'
import { judgeSignature } from './verify-pass-signature.ts'

export interface JudgeOptions {
  /** The root that the chain has to end in, as PEM or as a certificate. */
  root: string | X509Certificate
  /** The instant at which certificates have to be valid; now when absent. */
  at?: Date
  /** False: only what runs in this process; for properties, which judge hundreds. */
  programs?: boolean
}

/** A pass that was found right, opened. */
export interface JudgedPass {
  files: Map<string, Buffer>
  passJson: Record<string, unknown>
  /** From the signature. */
  signingTime: Date | undefined
}

/**
 * Judges a .pkpass with code that is not ours: yauzl, asn1js and pkijs in this process, and the
 * programs unzip, openssl and certtool. Throws an error that lists everything found wrong.
 */
export async function judgePass(bytes: Uint8Array, options: JudgeOptions): Promise<JudgedPass> {
  const { findings, pass } = await examinePass(bytes, options)
  if (findings.length > 0) throw new Error(`This pass is not right:\n${findings.join('\n')}`)
  return pass
}

/** As judgePass, but what is wrong is the answer: one line for each finding. */
export async function examinePass(
  bytes: Uint8Array,
  options: JudgeOptions,
): Promise<{ findings: string[]; pass: JudgedPass }> {
  const root = new X509Certificate(options.root.toString())
  const findings: string[] = []
  const archive = Buffer.from(bytes)
  const files = await openArchive(archive, findings)
  const manifest = files.get('manifest.json') ?? Buffer.from('{}')
  const signature = files.get('signature') ?? Buffer.alloc(0)
  const passJson: Record<string, unknown> = JSON.parse(files.get('pass.json')?.toString() ?? '{}')

  findings.push(...judgeManifest(files, manifest))
  const { at } = options
  const judged = await judgeSignature({
    signature,
    manifest,
    root,
    at: at ?? new Date(),
  })
  findings.push(...judged.findings)
  if (judged.signer !== undefined) findings.push(...judgeIds(passJson, judged.signer))
  if (options.programs ?? true) {
    findings.push(...(await judgeWithPrograms({ archive, signature, manifest, root, at })))
  }
  return {
    findings,
    pass: { files, passJson, signingTime: judged.signingTime },
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

    if (files.has(name)) findings.push(`archive: ${name} is there twice`)
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

function judgeManifest(files: Map<string, Buffer>, manifest: Buffer): string[] {
  const claimed = new Map(Object.entries<unknown>(JSON.parse(manifest.toString())))
  const listed = [...files.keys()].filter(
    (name) => name !== 'manifest.json' && name !== 'signature',
  )
  const wrong = listed.filter((name) => claimed.get(name) !== sha1(files.get(name)))
  const extra = [...claimed.keys()].filter((name) => !listed.includes(name))
  return [
    ...wrong.map((name) => `manifest: ${name} is not in it with its SHA-1`),
    ...extra.map((name) => `manifest: ${name} is in it and not in the archive`),
  ]
}

function sha1(bytes: Buffer = Buffer.alloc(0)): string {
  return createHash('sha1').update(bytes).digest('hex')
}

// What Wallet compares: the pass names its type and team, and the certificate is for both.
function judgeIds(passJson: Record<string, unknown>, signer: X509Certificate): string[] {
  const { UID, OU } = signer.toLegacyObject().subject as unknown as Record<string, unknown>
  const findings: string[] = []
  if (passJson.passTypeIdentifier !== UID) findings.push(`ids: the certificate is for ${UID}`)
  if (passJson.teamIdentifier !== OU) findings.push(`ids: the certificate is of team ${OU}`)
  return findings
}
