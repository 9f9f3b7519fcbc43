import { isObject } from '@passwright/shared'
import type { ImageSlotName, PassSpec } from '@passwright/shared/schema'
import { chooseMessageEncoding } from '../../../apple/barcodes.ts'
import type { PassJson } from '../../../apple/pass-json.ts'
import type { Warning } from '../../../apple/warnings/warnings.ts'
import type { Layout } from '../rows.ts'
import { barcodeTypes } from '../wallet-words.ts'
import { findFieldWarnings } from './field-warnings.ts'
import { findLostKeys, toWarning } from './lost-keys.ts'

/** What of a pass is compared with what Google shows. */
export interface WarningSource {
  spec: PassSpec
  passJson: PassJson
  /** The slots in which the pass has images. */
  imageSlots: readonly ImageSlotName[]
  /** Whether Google can fetch them. */
  isReachable: boolean
  /** That of its class, if it has one; else the one that suits it. */
  layout?: Layout | undefined
}

const MAX_WARNINGS = 100

/** Finds what of a pass Google Wallet will not show as asked; paths are those of pass.json. Pure. */
export function findGoogleWarnings(source: WarningSource): Warning[] {
  const found = [
    ...findLostKeys(source.spec),
    ...findLostImages(source),
    ...findBarcodeWarnings(source),
    ...findLocationWarnings(source),
    ...findFieldWarnings(source),
  ]
  return found.slice(0, MAX_WARNINGS)
}

/** The slots of Apple's that Google has no place for. */
const lostSlots: { [Slot in ImageSlotName]?: string } = {
  background: 'is not shown by Google Wallet; a stripURL is, as the banner of the card',
  footer: 'is not shown by Google Wallet',
}

const unreachable =
  'is not shown by Google Wallet while PUBLIC_URL is not https: Google could not fetch it'

function findLostImages({ imageSlots, isReachable }: WarningSource): Warning[] {
  return imageSlots.flatMap((slot) =>
    toWarning(
      `${slot}URL`,
      lostSlots[slot] ?? (isReachable ? explainHidden(slot, imageSlots) : unreachable),
    ),
  )
}

/** The icon stands for a logo that is not there. */
function explainHidden(slot: ImageSlotName, all: readonly ImageSlotName[]): string | undefined {
  return slot === 'icon' && all.includes('logo')
    ? 'is not shown by Google Wallet beside a logoURL'
    : undefined
}

function findBarcodeWarnings({ passJson, spec }: WarningSource): Warning[] {
  const { barcodes } = passJson
  const entries: unknown[] = Array.isArray(barcodes) ? barcodes : []
  if (entries.length === 0) return []
  const shown = entries.findIndex(
    (each) => isObject(each) && barcodeTypes[String(each.format)] !== undefined,
  )
  const barcode = entries[shown]
  if (!isObject(barcode)) {
    return [
      {
        path: 'apple.barcodes',
        message: 'have no code that Google Wallet can show; add a QR code',
      },
    ]
  }
  const isWide = chooseMessageEncoding(String(barcode.message)) === 'utf-8'
  const isQr = barcodeTypes[String(barcode.format)] === 'QR_CODE'
  return [
    ...toWarning(
      `barcodes[${shown}].message`,
      isWide && !isQr
        ? 'has characters for which Google Wallet chooses the encoding itself, so that scanners may read others; use a QR code'
        : undefined,
    ),
    ...toWarning(
      'barcodeAltText',
      spec.barcodeAltText === ''
        ? 'is empty, and Google Wallet may show the value instead'
        : undefined,
    ),
  ]
}

function findLocationWarnings({ spec }: WarningSource): Warning[] {
  return (spec.locations ?? []).flatMap(({ relevantText, altitude }, index) => [
    ...toWarning(
      `locations[${index}].relevantText`,
      relevantText === undefined
        ? undefined
        : 'is not shown by Google Wallet, which has words of its own for a pass that is near',
    ),
    ...toWarning(
      `locations[${index}].altitude`,
      altitude === undefined ? undefined : 'is not used by Google Wallet',
    ),
  ])
}
