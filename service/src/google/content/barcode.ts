import { z } from 'zod'
import { chooseMessageEncoding } from '../../apple/barcodes.ts'
import { barcodeTypes } from './wallet-words.ts'

/** The code on Google's card. */
export interface Barcode {
  type: string
  value: string
  alternateText?: string | undefined
  renderEncoding?: 'UTF_8' | undefined
}

const AppleBarcode = z.object({
  format: z.string(),
  message: z.string().min(1),
  altText: z.string().optional().catch(undefined),
})

/** The first barcode that Google knows, as Wallet takes the first that it knows. */
export function findBarcode(barcodes: readonly unknown[]): Barcode | undefined {
  for (const barcode of barcodes) {
    const { data } = AppleBarcode.safeParse(barcode)
    const type = data && barcodeTypes[data.format]
    if (!data || type === undefined) continue
    const isWide = chooseMessageEncoding(data.message) === 'utf-8'
    return {
      type,
      value: data.message,
      alternateText: data.altText,
      renderEncoding: isWide && type === 'QR_CODE' ? 'UTF_8' : undefined,
    }
  }
  return undefined
}
