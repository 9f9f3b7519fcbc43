import { isObject } from '@passwright/shared'
import { findMessageIssues } from '../../barcodes.ts'
import { createFinding, type Finding } from '../report/findings.ts'

/** Verifies that the symbology of each barcode can carry its message in the encoding that it names. */
export function verifyBarcodes({ barcode, barcodes }: Record<string, unknown>): Finding[] {
  const list: readonly unknown[] = Array.isArray(barcodes) ? barcodes : []
  return [
    ...list.flatMap((each, index) => verifyBarcode(each, `barcodes[${index}]`)),
    ...verifyBarcode(barcode, 'barcode'),
  ]
}

function verifyBarcode(barcode: unknown, path: string): Finding[] {
  if (!isObject(barcode)) return []
  const issues = findMessageIssues(barcode, path).filter(
    (issue) => !issue.path.endsWith('.messageEncoding') || !isRareEncoding(barcode),
  )
  // What UTF-8 would carry is a matter of the encoding.
  const isOfEncoding =
    findMessageIssues({ ...barcode, messageEncoding: 'utf-8' }, path).length === 0
  const code = isOfEncoding ? 'barcode_encoding' : 'barcode_content'
  return issues.map((issue) => createFinding(code, issue.path, `${issue.path} ${issue.message}.`))
}

/** Wallet reads more encodings than we write: those of IANA, of which Node knows the usual ones. */
function isRareEncoding({ messageEncoding }: Record<string, unknown>): boolean {
  if (typeof messageEncoding !== 'string') return false
  try {
    return new TextDecoder(messageEncoding).encoding !== ''
  } catch {
    return false
  }
}
