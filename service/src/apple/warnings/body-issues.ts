import type { Issue } from '@passwright/shared'
import { findBarcodeIssues } from '../barcodes.ts'
import { findNfcIssues } from '../nfc.ts'

/** Finds what Wallet would refuse in a request body beyond its schema; its fields may themselves be invalid. */
export function findWalletIssues(body: Record<string, unknown>): Issue[] {
  return [...findBarcodeIssues(body), ...findNfcIssues(body)]
}
