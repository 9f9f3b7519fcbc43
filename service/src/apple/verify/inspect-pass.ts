import type { X509Certificate } from 'node:crypto'
import { isObject } from '@passwright/shared'
import { fieldGroups, styles } from '@passwright/shared/schema'
import { toCommonName } from '../certificates/chain.ts'
import { openArchive, type PassFiles } from './archive/archive.ts'
import { toImageFile } from './contents/images.ts'
import { readPng } from './contents/png.ts'
import { parseStrings } from './contents/strings-file.ts'
import { createFinding, type Finding } from './report/findings.ts'
import { readSigning } from './signature/signature.ts'
import { readPassJson } from './verify-pass.ts'

/** What is in a pass, as far as it can be read; nothing is verified. */
export interface PassContents {
  /** Why the file, or a part of it, cannot be read. */
  unreadable: Finding[]
  /** `generic`, `storeCard` …; undefined when there is none. */
  style: string | undefined
  /** The whole pass.json; undefined when it cannot be read. */
  passJson: Record<string, unknown> | undefined
  fields: { group: string; key: string; label: string; value: string }[]
  barcodes: { format: string; message: string; altText?: string }[]
  images: { path: string; bytes: number; width?: number; height?: number }[]
  localizations: { language: string; texts: number }[]
  otherFiles: { path: string; bytes: number }[]
  signature: SignatureContents | undefined
}

export interface SignatureContents {
  signedAt: string | undefined
  signer: CertificateContents | undefined
  /** The other certificates in the signature. */
  chain: CertificateContents[]
}

export interface CertificateContents {
  name: string
  issuer: string
  validFrom: string
  validTo: string
}

/** Reads what is in a `.pkpass` file. Never throws; memory is bounded as in `verifyPass`. */
export function inspectPass(bytes: Uint8Array): PassContents {
  const { files, findings } = openArchive(bytes)
  const read = readPassJson(files)
  const passJson = 'json' in read ? read.json : undefined
  const style = styles.find((name) => passJson?.[name] !== undefined)
  return {
    unreadable: [
      ...findings.filter(({ level }) => level === 'refused'),
      ...('error' in read
        ? [createFinding('pass_json_unreadable', 'pass.json', `pass.json ${read.error}.`)]
        : []),
    ],
    style: style ?? (passJson?.posterGeneric === undefined ? undefined : 'posterGeneric'),
    passJson,
    fields: style === undefined ? [] : listFields(passJson?.[style]),
    barcodes: listBarcodes(passJson),
    images: listImages(files),
    localizations: listLocalizations(files),
    otherFiles: listOtherFiles(files),
    signature: readSignature(files),
  }
}

function listFields(dictionary: unknown): PassContents['fields'] {
  if (!isObject(dictionary)) return []
  return fieldGroups.flatMap((group) =>
    listObjects(dictionary[group]).map(({ key, label, value, attributedValue }) => ({
      group,
      key: toText(key),
      label: toText(label),
      value: toText(value ?? attributedValue),
    })),
  )
}

function listBarcodes(passJson: Record<string, unknown> | undefined): PassContents['barcodes'] {
  const all = [...listObjects(passJson?.barcodes), ...listObjects([passJson?.barcode])]
  return all.map(({ format, message, altText }) => ({
    format: toText(format),
    message: toText(message),
    ...(altText === undefined ? {} : { altText: toText(altText) }),
  }))
}

function listObjects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined ? '' : JSON.stringify(value)
}

function listImages(files: PassFiles): PassContents['images'] {
  return [...files].flatMap(([path, content]) => {
    if (toImageFile(path, content).length === 0) return []
    const size = readPng(content)
    return [{ path, bytes: content.length, ...(typeof size === 'object' ? size : {}) }]
  })
}

function listLocalizations(files: PassFiles): PassContents['localizations'] {
  return [...files].flatMap(([path, content]) => {
    const language = /^([^/]+)\.lproj\/pass\.strings$/.exec(path)?.[1]
    if (language === undefined) return []
    const parsed = parseStrings(content)
    return [{ language, texts: 'entries' in parsed ? parsed.entries.length : 0 }]
  })
}

function listOtherFiles(files: PassFiles): PassContents['otherFiles'] {
  return [...files].flatMap(([path, content]) =>
    toImageFile(path, content).length > 0 || path.endsWith('/pass.strings')
      ? []
      : [{ path, bytes: content.length }],
  )
}

function readSignature(files: PassFiles): SignatureContents | undefined {
  const signing = files.has('signature') ? readSigning(files) : undefined
  return (
    signing && {
      signedAt: signing.time?.toISOString(),
      signer: signing.signer && describeCertificate(signing.signer),
      chain: signing.others.map(describeCertificate),
    }
  )
}

function describeCertificate(certificate: X509Certificate): CertificateContents {
  return {
    name: toCommonName(certificate.subject),
    issuer: toCommonName(certificate.issuer),
    validFrom: toIso(certificate.validFromDate),
    validTo: toIso(certificate.validToDate),
  }
}

function toIso(instant: Date): string {
  return Number.isNaN(instant.getTime()) ? 'unreadable' : instant.toISOString()
}
