import { drawRandomBytes } from '../random.ts'

/** One prefix for each kind of id, so that an id in a log or a support request says what it names. */
type IdPrefix = 'job' | 'dev' | 'eml' | 'whk' | 'dlv' | 'tpl' | 'gmsg' | 'evt_test'

/** Creates a random id such as `job_` and 20 hex digits (80 bits). */
export function createId(prefix: IdPrefix): string {
  return `${prefix}_${drawRandomBytes(10).toString('hex')}`
}

/**
 * Creates a UUID that begins with the time (version 7 of RFC 9562): what is stored one after the other
 * lies side by side in every index, and is written to the disk together.
 */
export function createTimedUuid(now: Date): string {
  const bytes = drawTimedBytes(16, now)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Creates a secret of 32 characters for a URL. It begins with the time, for the same reason; 144 bits are random. */
export function createTimedToken(now: Date): string {
  return drawTimedBytes(24, now).toString('base64url')
}

/** Random bytes, of which the first six are the time in milliseconds since 1970. */
function drawTimedBytes(size: number, now: Date): Buffer {
  const bytes = drawRandomBytes(size)
  bytes.writeUIntBE(now.getTime(), 0, 6)
  return bytes
}
