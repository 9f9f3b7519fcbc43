import { isObject } from '@passwright/shared'
import { chooseStyle, fieldGroups, type PassSpec, styles } from '@passwright/shared/schema'
import type { Warning } from '../../../apple/warnings/warnings.ts'

/** Everything of a spec that Google does not show, one row each, with what happens instead. */
const lostKeys: { [Key in keyof PassSpec]?: string } = {
  foregroundColor: 'is not used by Google Wallet, which chooses the color of texts itself',
  labelColor: 'is not used by Google Wallet, which chooses the color of labels itself',
  relevantDate: 'is not used by Google Wallet, which reminds nobody of such a pass',
  relevantDates: 'are not used by Google Wallet, which reminds nobody of such a pass',
  beacons: 'are not used by Google Wallet, which knows no beacons; add locations',
  maxDistance: 'is not used by Google Wallet, which chooses the distance to a location itself',
  nfc: 'is not used by Google Wallet; readers get nothing from a phone with Android',
  associatedStoreIdentifiers: 'are apps for iPhones, which Google Wallet does not offer',
  appLaunchURL: 'opens an app on iPhones only; Google Wallet does not use it',
  semantics: 'are not used by Google Wallet',
  userInfo: 'is for an app on iPhones; Google Wallet does not use it',
}

/** Keys of pass.json under `apple` that Google shows as well as our own fields of the same name. */
const sharedKeys: ReadonlySet<string> = new Set([
  'logoText',
  'organizationName',
  'description',
  'backgroundColor',
  'expirationDate',
  'groupingIdentifier',
  'barcodes',
  'locations',
  'voided',
  ...styles,
])

/** Finds what a spec has that Google Wallet does not show. */
export function findLostKeys(spec: PassSpec): Warning[] {
  const lost: Record<string, string | undefined> = lostKeys
  const { apple = {} } = spec
  const style = chooseStyle(spec)
  const dictionary = apple[style]
  const groups: readonly string[] = fieldGroups
  return [
    ...Object.entries(spec)
      .filter(([, value]) => value !== undefined)
      .flatMap(([path]) => toWarning(path, lost[path])),
    ...Object.keys(apple)
      .filter((key) => !sharedKeys.has(key))
      .flatMap((key) =>
        toWarning(
          `apple.${key}`,
          lost[key] ?? 'is for Apple Wallet only; Google Wallet has nothing like it',
        ),
      ),
    ...Object.keys(isObject(dictionary) ? dictionary : {})
      .filter((key) => !groups.includes(key))
      .flatMap((key) =>
        toWarning(
          `apple.${style}.${key}`,
          'is for Apple Wallet only; Google Wallet has nothing like it',
        ),
      ),
    ...toWarning(
      'sharingProhibited',
      spec.sharingProhibited === true
        ? 'only hides a button of Apple Wallet; in Google Wallet whoever has the link can save the pass'
        : undefined,
    ),
    ...toWarning(
      'style',
      style === 'boardingPass'
        ? 'is shown by Google Wallet as a plain card: nobody is told there of gates or delays'
        : undefined,
    ),
  ]
}

/** A warning at a path; none without a message. */
export function toWarning(path: string, message: string | undefined): Warning[] {
  return message === undefined ? [] : [{ path, message }]
}
