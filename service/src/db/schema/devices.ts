/** The devices that follow passes. */
export interface DeviceTables {
  device: DeviceTable
  registration: RegistrationTable
  update_tag: UpdateTagTable
  device_log: DeviceLogTable
}

/** A device that follows passes of one type: each type has its own push token. */
interface DeviceTable {
  id: string
  /** Apple's `deviceLibraryIdentifier`, which only the device knows. */
  library_identifier: string
  pass_type_identifier: string
  push_token: string
  /** When the device last sent its push token. */
  registered_at: string
  /** The latest push to it. */
  push_job_id: string | null
}

/** A pass that a device follows. */
interface RegistrationTable {
  device_id: string
  serial_number: string
  /** When it began, in the order of `update_tag`: from then on the device is told of every change. */
  update_tag: number | string
  created_at: string
}

/** The tag of the latest change of a pass of this type. */
interface UpdateTagTable {
  pass_type_identifier: string
  value: number | string
}

/** An error that devices reported. */
interface DeviceLogTable {
  /** The beginning of the message's SHA-256, in hex. */
  id: string
  message: string
  count: number
  first_at: string
  last_at: string
}
