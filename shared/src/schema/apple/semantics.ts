import { boolean, choice, color, date, list, number, object, type Shape, text } from './shape.ts'

/**
 * The machine-readable tags of a pass or a field.
 * https://developer.apple.com/documentation/walletpasses/semantictags
 */

const texts = list(text)

const amount = object({ amount: text, currencyCode: { type: 'currency' } })

const place = object(
  {
    latitude: { type: 'number', min: -90, max: 90 },
    longitude: { type: 'number', min: -180, max: 180 },
  },
  'latitude',
  'longitude',
)

const personName = object({
  familyName: text,
  givenName: text,
  middleName: text,
  namePrefix: text,
  nameSuffix: text,
  nickname: text,
  phoneticRepresentation: text,
})

const seat = object({
  seatAisle: { ...text, since: 18 },
  seatDescription: text,
  seatIdentifier: text,
  seatLevel: { ...text, since: 18 },
  seatNumber: text,
  seatRow: text,
  seatSection: text,
  seatSectionColor: { ...color, since: 18 },
  seatType: text,
})

const eventDateInfo = object({
  date,
  ignoreTimeComponents: boolean,
  timeZone: text,
  unannounced: boolean,
  undetermined: boolean,
})

export const eventTypes = choice(
  'PKEventTypeGeneric',
  'PKEventTypeLivePerformance',
  'PKEventTypeMovie',
  'PKEventTypeSports',
  'PKEventTypeConference',
  'PKEventTypeConvention',
  'PKEventTypeWorkshop',
  'PKEventTypeSocialGathering',
)

const passengerCapabilities = choice(
  'PKPassengerCapabilityPreboarding',
  'PKPassengerCapabilityPriorityBoarding',
  'PKPassengerCapabilityCarryon',
  'PKPassengerCapabilityPersonalItem',
  'PKPassengerCapabilityLapInfant',
)

const securityPrograms = choice(
  'PKTransitSecurityProgramTSAPreCheck',
  'PKTransitSecurityProgramTSAPreCheckTouchlessID',
  'PKTransitSecurityProgramOSS',
  'PKTransitSecurityProgramITI',
  'PKTransitSecurityProgramITD',
  'PKTransitSecurityProgramGlobalEntry',
  'PKTransitSecurityProgramCLEAR',
)

const since18 = { since: 18 }
const since26 = { since: 26 }

/** Every tag, one row each, with the type that Apple gives it. */
export const semanticTags = {
  additionalTicketAttributes: { ...text, ...since18 },
  admissionLevel: { ...text, ...since18 },
  admissionLevelAbbreviation: { ...text, ...since18 },
  airlineCode: text,
  airplay: { ...list(object({ airplayDeviceGroupToken: text })), ...since18 },
  albumIDs: { ...texts, ...since18 },
  artistIDs: texts,
  attendeeName: { ...text, ...since18 },
  awayTeamAbbreviation: text,
  awayTeamLocation: text,
  awayTeamName: text,
  balance: amount,
  boardingGroup: text,
  boardingSequenceNumber: text,
  boardingZone: { ...text, ...since26 },
  carNumber: text,
  confirmationNumber: text,
  currentArrivalDate: date,
  currentBoardingDate: date,
  currentDepartureDate: date,
  departureAirportCode: text,
  departureAirportName: text,
  departureCityName: { ...text, ...since26 },
  departureGate: text,
  departureLocation: place,
  departureLocationDescription: text,
  departureLocationSecurityPrograms: { ...list(securityPrograms), ...since26 },
  departureLocationTimeZone: { ...text, ...since26 },
  departurePlatform: text,
  departureStationName: text,
  departureTerminal: text,
  destinationAirportCode: text,
  destinationAirportName: text,
  destinationCityName: { ...text, ...since26 },
  destinationGate: text,
  destinationLocation: place,
  destinationLocationDescription: text,
  destinationLocationSecurityPrograms: { ...list(securityPrograms), ...since26 },
  destinationLocationTimeZone: { ...text, ...since26 },
  destinationPlatform: text,
  destinationStationName: text,
  destinationTerminal: text,
  duration: number,
  entranceDescription: { ...text, ...since18 },
  eventEndDate: date,
  eventLiveMessage: { ...text, ...since18 },
  eventName: text,
  eventStartDate: date,
  eventStartDateInfo: { ...eventDateInfo, ...since18 },
  eventType: eventTypes,
  flightCode: text,
  flightNumber: number,
  genre: text,
  homeTeamAbbreviation: text,
  homeTeamLocation: text,
  homeTeamName: text,
  internationalDocumentsAreVerified: { ...boolean, ...since26 },
  internationalDocumentsVerifiedDeclarationName: { ...text, ...since26 },
  leagueAbbreviation: text,
  leagueName: text,
  loungePlaceIDs: { ...texts, ...since26 },
  membershipProgramName: text,
  membershipProgramNumber: text,
  membershipProgramStatus: { ...text, ...since26 },
  originalArrivalDate: date,
  originalBoardingDate: date,
  originalDepartureDate: date,
  passengerAirlineSSRs: { ...texts, ...since26 },
  passengerCapabilities: { ...list(passengerCapabilities), ...since26 },
  passengerEligibleSecurityPrograms: { ...list(securityPrograms), ...since26 },
  passengerInformationSSRs: { ...texts, ...since26 },
  passengerName: personName,
  passengerServiceSSRs: { ...texts, ...since26 },
  performerNames: texts,
  playlistIDs: { ...texts, ...since18 },
  priorityStatus: text,
  seats: list(seat),
  securityScreening: text,
  silenceRequested: boolean,
  sportName: text,
  tailgatingAllowed: { ...boolean, ...since18 },
  ticketFareClass: { ...text, ...since26 },
  totalPrice: amount,
  transitProvider: text,
  transitStatus: text,
  transitStatusReason: text,
  vehicleName: text,
  vehicleNumber: text,
  vehicleType: text,
  venueBoxOfficeOpenDate: { ...date, ...since18 },
  venueCloseDate: { ...date, ...since18 },
  venueDoorsOpenDate: { ...date, ...since18 },
  venueEntrance: text,
  venueEntranceDoor: { ...text, ...since18 },
  venueEntranceGate: { ...text, ...since18 },
  venueEntrancePortal: { ...text, ...since18 },
  venueFanZoneOpenDate: { ...date, ...since18 },
  venueGatesOpenDate: { ...date, ...since18 },
  venueLocation: place,
  venueName: text,
  venueOpenDate: { ...date, ...since18 },
  venueParkingLotsOpenDate: { ...date, ...since18 },
  venuePhoneNumber: text,
  venuePlaceID: { ...text, ...since26 },
  venueRegionName: { ...text, ...since18 },
  venueRoom: text,
  wifiAccess: list(object({ password: text, ssid: text }, 'password', 'ssid')),
} as const satisfies Record<string, Shape>

export const semantics = object(semanticTags)
