/** A device that follows passes of one type. */
export interface Device {
  id: string
  passTypeIdentifier: string
  /** Where a push for it goes; Apple may replace it at any time. */
  pushToken: string
  /** When the device last sent its push token, in ISO 8601. */
  registeredAt: string
  /** The latest push to it. */
  pushJobId: string | null
}

/** What a device presents to register: its own secret identifier, and where a push for it goes. */
export interface DeviceAddress {
  libraryIdentifier: string
  passTypeIdentifier: string
  pushToken: string
}

/** More than any pass that is handed out one by one; of a pass for everybody, later devices are refused. */
export const MAX_DEVICES_PER_PASS = 20_000

/** More than any wallet holds. */
export const MAX_PASSES_PER_DEVICE = 2_000
