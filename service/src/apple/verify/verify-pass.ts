import { isObject } from '@passwright/shared'
import {
  type AppleCertificates,
  appleCertificates as realApple,
} from '../certificates/apple-certificates.ts'
import { type OpenedArchive, openArchive, type PassFiles } from './archive/archive.ts'
import { parseJson } from './archive/json.ts'
import { verifyManifest } from './archive/manifest.ts'
import { verifyImages } from './contents/images.ts'
import { verifyLocalizations } from './contents/localizations.ts'
import { verifyPassJson } from './contents/pass-json.ts'
import { createFinding, type Finding } from './report/findings.ts'
import { verifyCertificates } from './signature/certificates.ts'
import { readSigning, verifySignature } from './signature/signature.ts'

/** Whether Wallet would take a pass, and why not. */
export interface Verification {
  /** False when there is a finding of the level `refused`. */
  accepted: boolean
  /** The refused first, at most 200. */
  findings: Finding[]
}

export interface VerifyOptions {
  /** The present; the clock of the machine when absent. */
  now?: Date
  /** Apple's certificates; tests issue their own. */
  apple?: AppleCertificates
}

const MAX_FINDINGS = 200

/**
 * Verifies a `.pkpass` file from anywhere as Wallet would: archive, manifest, signature and its
 * certificates, pass.json, images and localizations. Never throws, reads nothing but the bytes, and
 * needs at most some 300 MB of memory and a second, whatever they are.
 */
export function verifyPass(bytes: Uint8Array, options: VerifyOptions = {}): Verification {
  const archive = openArchive(bytes)
  const found = [...archive.findings, ...(archive.isPass ? verifyContents(archive, options) : [])]
  const isRefused = ({ level }: Finding) => level === 'refused'
  const warnings = found.filter((finding) => !isRefused(finding))
  return {
    accepted: !found.some(isRefused),
    findings: [...found.filter(isRefused), ...warnings].slice(0, MAX_FINDINGS),
  }
}

function verifyContents(
  archive: OpenedArchive,
  { now = new Date(), apple = realApple }: VerifyOptions,
): Finding[] {
  const { files } = archive
  const passJson = readPassJson(files)
  const json = 'json' in passJson ? passJson.json : undefined
  const signing = readSigning(files)
  return [
    ...('error' in passJson
      ? [createFinding('pass_json_unreadable', 'pass.json', `pass.json ${passJson.error}.`)]
      : []),
    ...verifyManifest(archive),
    ...verifySignature(files, now),
    ...(signing ? verifyCertificates(signing, json, apple, now) : []),
    ...(json ? verifyPassJson(json, now) : []),
    ...verifyImages(archive, json),
    ...verifyLocalizations(files),
  ]
}

type ReadPassJson = { json: Record<string, unknown> } | { error: string } | { isMissing: true }

/** The object in pass.json, or the reason there is none. */
export function readPassJson(files: PassFiles): ReadPassJson {
  const bytes = files.get('pass.json')
  if (bytes === undefined) return { isMissing: true }
  const parsed = parseJson(bytes)
  if ('error' in parsed) return parsed
  return isObject(parsed.json) ? { json: parsed.json } : { error: 'is no JSON object' }
}
