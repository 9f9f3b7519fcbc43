import { X509Certificate } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

export interface SignatureToInspect {
  signature: Buffer
  manifest: Buffer
  root: X509Certificate
  at: Date
}

export interface InspectedSignature {
  findings: string[]
  signingTime: Date | undefined
  signer: X509Certificate | undefined
}

/** Inspects a detached CMS signature with two libraries that are neither ours nor OpenSSL. */
export async function inspectSignature(evidence: SignatureToInspect): Promise<InspectedSignature> {
  try {
    const { signer, findings } = await verifyWithPkijs(evidence)
    const attributes = inspectAttributes(evidence.signature)
    return {
      signer,
      signingTime: attributes.signingTime,
      findings: [...findings, ...attributes.findings],
    }
  } catch (error) {
    const findings = [`signature: unreadable, ${error instanceof Error ? error.message : error}`]
    return { findings, signingTime: undefined, signer: undefined }
  }
}

async function verifyWithPkijs({ signature, manifest, root, at }: SignatureToInspect) {
  const content = pkijs.ContentInfo.fromBER(toArrayBuffer(signature))
  const signedData = new pkijs.SignedData({ schema: content.content })
  const findings: string[] = []
  if (signedData.encapContentInfo.eContent !== undefined) {
    findings.push('signature: it contains the manifest, but must be detached')
  }
  const result = await signedData
    .verify({
      signer: 0,
      data: toArrayBuffer(manifest),
      trustedCerts: [pkijs.Certificate.fromBER(toArrayBuffer(root.raw))],
      checkChain: true,
      checkDate: at,
      extendedMode: true,
    })
    .catch((error: unknown) => {
      if (error instanceof pkijs.SignedDataVerifyError) return error
      throw error
    })
  if (result.signatureVerified !== true || result.signerCertificateVerified !== true) {
    findings.push(`signature: pkijs says ${result.message || 'that it is invalid'}`)
  }
  const signer = result.signerCertificate
  return {
    findings,
    signer: signer ? new X509Certificate(Buffer.from(signer.toSchema().toBER())) : undefined,
  }
}

const oids = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
}

/**
 * The signed attributes must be DER and therefore sorted (RFC 5652, section 5.4). OpenSSL and pkijs accept them in any order; GnuTLS,
 * BouncyCastle and some Android wallets do not.
 */
function inspectAttributes(signature: Buffer): {
  findings: string[]
  signingTime: Date | undefined
} {
  const parsed = asn1js.fromBER(toArrayBuffer(signature))
  const signedData = getChild(getChild(parsed.result, 1), 0)
  const signerInfo = getChild(getChildren(signedData).at(-1), 0)
  const attributes = getChildren(signerInfo).find(
    ({ idBlock }) => idBlock.tagClass === 3 && idBlock.tagNumber === 0,
  )
  const elements = getChildren(attributes)
  const encodings = elements.map((element) => Buffer.from(element.valueBeforeDecodeView))
  const sorted = encodings.toSorted(Buffer.compare)
  const types = elements.map((element) => getChild(element, 0))
  const typeAt = types.map((type) =>
    type instanceof asn1js.ObjectIdentifier ? type.valueBlock.toString() : '',
  )

  const findings: string[] = []
  if (!encodings.every((encoding, index) => encoding === sorted[index])) {
    findings.push('signature: its signed attributes are not in DER order')
  }
  for (const [name, oid] of Object.entries(oids)) {
    if (typeAt.filter((type) => type === oid).length !== 1) {
      findings.push(`signature: it must have exactly one ${name}`)
    }
  }
  if (!Buffer.from(parsed.result.toBER()).equals(signature)) {
    findings.push('signature: its lengths are not encoded as DER')
  }
  const time = getChild(getChild(elements[typeAt.indexOf(oids.signingTime)], 1), 0)
  const signingTime = time instanceof asn1js.UTCTime ? time.toDate() : undefined
  return { findings, signingTime }
}

function getChild(
  parent: asn1js.BaseBlock | undefined,
  index: number,
): asn1js.BaseBlock | undefined {
  return getChildren(parent).at(index)
}

function getChildren(parent: asn1js.BaseBlock | undefined): asn1js.BaseBlock[] {
  return parent instanceof asn1js.Constructed ? parent.valueBlock.value : []
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
