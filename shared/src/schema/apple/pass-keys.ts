import { passFieldContent } from './field-keys.ts'
import { maxBeacons, maxNfcMessageBytes } from './limits.ts'
import { semantics } from './semantics.ts'
import { boolean, choice, color, date, list, object, type Shape, text, url } from './shape.ts'
import { maxLocations, type Style, styles } from './tables.ts'

/**
 * Every key of pass.json with its type.
 * https://developer.apple.com/documentation/walletpasses/pass
 */

const unsigned16 = { type: 'integer', min: 0, max: 65_535 } as const

/** https://developer.apple.com/documentation/walletpasses/pass/barcodes-data.dictionary */
const barcode = object(
  {
    altText: text,
    format: choice(
      'PKBarcodeFormatQR',
      'PKBarcodeFormatPDF417',
      'PKBarcodeFormatAztec',
      'PKBarcodeFormatCode128',
      // Since iOS 27; earlier versions take the next barcode of the list.
      'PKBarcodeFormatCode39',
      'PKBarcodeFormatCodabar',
      'PKBarcodeFormatEAN13',
      'PKBarcodeFormatI2of5',
    ),
    message: text,
    messageEncoding: text,
  },
  'format',
  'message',
  'messageEncoding',
)

/** https://developer.apple.com/documentation/walletpasses/pass/nfc-data.dictionary */
export const nfc = object(
  {
    encryptionPublicKey: text,
    message: { ...text, maxBytes: maxNfcMessageBytes },
    requiresAuthentication: boolean,
  },
  'message',
  'encryptionPublicKey',
)

const location = object(
  {
    altitude: { type: 'number' },
    latitude: { type: 'number', min: -90, max: 90 },
    longitude: { type: 'number', min: -180, max: 180 },
    relevantText: text,
  },
  'latitude',
  'longitude',
)

const beacon = object(
  { major: unsigned16, minor: unsigned16, proximityUUID: { type: 'uuid' }, relevantText: text },
  'proximityUUID',
)

const fields = list(passFieldContent)

const fieldLists = {
  auxiliaryFields: fields,
  backFields: fields,
  headerFields: fields,
  primaryFields: fields,
  secondaryFields: fields,
}

/** Apple's constants for the means of transport of a boarding pass, by our short names. */
export const transitTypes = {
  air: 'PKTransitTypeAir',
  boat: 'PKTransitTypeBoat',
  bus: 'PKTransitTypeBus',
  train: 'PKTransitTypeTrain',
  generic: 'PKTransitTypeGeneric',
} as const

export type TransitType = keyof typeof transitTypes

/** The dictionary of each style. */
export const styleDictionaries = {
  boardingPass: object(
    { ...fieldLists, transitType: choice(...Object.values(transitTypes)) },
    'transitType',
  ),
  coupon: object(fieldLists),
  eventTicket: object({ ...fieldLists, additionalInfoFields: { ...fields, since: 18 } }),
  generic: object(fieldLists),
  storeCard: object(fieldLists),
} as const satisfies Record<Style, Shape>

/** The style of iOS 27, which stands beside an older one that earlier versions show. */
export const posterGeneric = {
  ...object({
    additionalInfoFields: fields,
    backFields: fields,
    footerFields: list(passFieldContent, 2),
    headerFields: list(passFieldContent, 1),
    primaryFields: list(passFieldContent, 4),
  }),
  since: 27,
} as const satisfies Shape

/** What a person can do at an event, since iOS 18. */
const eventGuide = {
  accessibilityURL: url,
  addOnURL: url,
  bagPolicyURL: url,
  contactVenueEmail: text,
  contactVenuePhoneNumber: text,
  contactVenueWebsite: url,
  directionsInformationURL: url,
  merchandiseURL: url,
  orderFoodURL: url,
  parkingInformationURL: url,
  purchaseParkingURL: url,
  sellURL: url,
  transferURL: url,
  transitInformationURL: url,
} as const satisfies Record<string, Shape>

/** What a person can do with a flight, since iOS 26. */
const flightActions = {
  changeSeatURL: url,
  entertainmentURL: url,
  managementURL: url,
  purchaseAdditionalBaggageURL: url,
  purchaseLoungeAccessURL: url,
  purchaseWifiURL: url,
  registerServiceAnimalURL: url,
  reportLostBagURL: url,
  requestWheelchairURL: url,
  trackBagsURL: url,
  transitProviderEmail: text,
  transitProviderPhoneNumber: text,
  transitProviderWebsiteURL: url,
  upgradeURL: url,
} as const satisfies Record<string, Shape>

const withSince = <Keys extends Record<string, Shape>>(keys: Keys, since: number) =>
  Object.fromEntries(Object.entries(keys).map(([key, shape]) => [key, { ...shape, since }])) as {
    [Key in keyof Keys]: Shape
  }

const storeIdentifiers = list({ type: 'integer', min: 0 })

const remoteImage = object({
  URLs: list(
    object(
      {
        SHA256: text,
        URL: url,
        scale: { type: 'integer', min: 1, max: 3 },
        size: { type: 'integer', min: 1, max: 2 * 1024 * 1024 },
      },
      'SHA256',
      'URL',
    ),
  ),
  reuseExisting: boolean,
})

/** https://developer.apple.com/documentation/walletpasses/upcomingpassinformationentry */
const upcomingPassInformation = object(
  {
    URLs: object(eventGuide),
    additionalInfoFields: fields,
    auxiliaryStoreIdentifiers: storeIdentifiers,
    backFields: fields,
    dateInformation: object({
      date,
      ignoreTimeComponents: boolean,
      isAllDay: boolean,
      isUnannounced: boolean,
      isUndetermined: boolean,
      timeZone: text,
    }),
    identifier: text,
    images: {
      ...object({ headerImage: remoteImage, venueMap: remoteImage }),
      feature: 'branding',
    },
    isActive: boolean,
    name: text,
    semantics,
    type: choice('event'),
  },
  'identifier',
  'name',
  'type',
)

const featuredAction = object(
  {
    identifier: text,
    placeIdentifier: text,
    type: choice(
      'viewSchedule',
      'watchTrailer',
      'listenToMusic',
      'call',
      'place',
      'addToBalance',
      'order',
      'shop',
      'membershipBenefits',
      'bookAppointment',
      'bookCar',
      'bookFlight',
      'bookStay',
      'viewOffersRewards',
    ),
    url,
  },
  'identifier',
  'type',
)

/** The keys that the service sets itself, each with the sentence for a caller who gives one. */
export const serverOwnedKeys = {
  authenticationToken: 'is set by the service, which alone knows the secret of the pass',
  formatVersion: 'is always 1 and set by the service',
  passTypeIdentifier: 'is that of the certificate; choose one with the field passTypeIdentifier',
  serialNumber: 'is set by the service; use externalId for your own ID',
  teamIdentifier: 'is that of the certificate, and set by the service',
  voided: 'is set by the service; use POST …/void',
  webServiceURL: 'is set by the service, where phones ask for changes',
} as const

const serverOwned: Record<keyof typeof serverOwnedKeys, Shape> = {
  authenticationToken: text,
  formatVersion: { type: 'integer', min: 1, max: 1 },
  passTypeIdentifier: text,
  serialNumber: text,
  teamIdentifier: text,
  voided: boolean,
  webServiceURL: url,
}

/** All keys of pass.json. */
export const passKeys = {
  ...serverOwned,
  ...styleDictionaries,
  ...withSince(eventGuide, 18),
  ...withSince(flightActions, 26),
  appLaunchURL: url,
  associatedStoreIdentifiers: storeIdentifiers,
  auxiliaryStoreIdentifiers: { ...storeIdentifiers, since: 18 },
  backgroundColor: { ...color, feature: 'branding' },
  // Deprecated in favor of `barcodes`; iOS 8 and earlier read it.
  barcode,
  barcodes: list(barcode, 10),
  beacons: { ...list(beacon, maxBeacons), feature: 'locations' },
  description: text,
  eventLogoText: { ...text, since: 18 },
  expirationDate: date,
  featuredActions: { ...list(featuredAction, 2), since: 27 },
  footerBackgroundColor: { ...color, since: 18, feature: 'branding' },
  foregroundColor: { ...color, feature: 'branding' },
  groupingIdentifier: text,
  labelColor: { ...color, feature: 'branding' },
  locations: { ...list(location, maxLocations), feature: 'locations' },
  logoText: text,
  maxDistance: { type: 'number', min: 0 },
  nfc,
  organizationName: text,
  posterGeneric,
  preferredStyleSchemes: {
    ...list(choice('posterEventTicket', 'eventTicket', 'semanticBoardingPass', 'boardingPass')),
    since: 18,
  },
  relevantDate: date,
  relevantDates: { ...list(object({ date, endDate: date, startDate: date })), since: 18 },
  semantics,
  sharingProhibited: boolean,
  stripColor: { ...color, feature: 'branding' },
  suppressHeaderDarkening: { ...boolean, since: 18 },
  suppressStripShine: boolean,
  upcomingPassInformation: { ...list(upcomingPassInformation), since: 26 },
  useAutomaticColors: { ...boolean, since: 18, feature: 'branding' },
  userInfo: { type: 'json' },
} as const satisfies Record<string, Shape>

/** The keys that every pass.json has; beside them it has the dictionary of at least one style. */
export const requiredPassKeys = [
  'description',
  'formatVersion',
  'organizationName',
  'passTypeIdentifier',
  'serialNumber',
  'teamIdentifier',
] as const satisfies readonly (keyof typeof passKeys)[]

/** A whole pass.json. */
export const passJsonShape = object(passKeys, ...requiredPassKeys)

/** The styles that a `groupingIdentifier` stacks. */
export const groupedStyles = styles.filter(
  (style) => style === 'eventTicket' || style === 'boardingPass',
)
