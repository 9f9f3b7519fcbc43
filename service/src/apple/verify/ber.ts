/**
 * A value in BER (ITU-T X.690). Signatures should be DER, the strict form of it, but Wallet also
 * takes those of libraries that write lengths as "indefinite".
 */
export interface BerValue {
  tag: number
  /** From the tag to the end. */
  encoding: Buffer
  content: Buffer
  /** False when it, or a value inside that was read, is encoded otherwise than in DER. */
  isDer: boolean
}

const MAX_DEPTH = 40

/** Reads the value at the beginning of some bytes; throws when it is cut off or nested too deeply. */
export function readBer(bytes: Buffer, depth = 0): BerValue {
  const tag = bytes[0]
  const first = bytes[1]
  // Tags of several bytes do not occur in a signature.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > MAX_DEPTH) {
    throw new Error('The value cannot be read')
  }
  if (first === 0x80) return readIndefinite(bytes, tag, depth)
  const lengthBytes = first < 0x80 ? 0 : first - 0x80
  const start = 2 + lengthBytes
  let length = lengthBytes === 0 ? first : 0
  for (const byte of bytes.subarray(2, start)) length = length * 256 + byte
  if (start + length > bytes.length) throw new Error('The value is cut off')
  return {
    tag,
    encoding: bytes.subarray(0, start + length),
    content: bytes.subarray(start, start + length),
    isDer: lengthBytes === 0 || (length >= 0x80 && bytes[2] !== 0),
  }
}

/** Two zero bytes end the content of a value of indefinite length. */
function readIndefinite(bytes: Buffer, tag: number, depth: number): BerValue {
  let at = 2
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    at += readBer(bytes.subarray(at), depth + 1).encoding.length
  }
  return {
    tag,
    encoding: bytes.subarray(0, at + 2),
    content: bytes.subarray(2, at),
    isDer: false,
  }
}

/** The values inside a value. */
export function listChildren({ content }: BerValue): BerValue[] {
  const children: BerValue[] = []
  let at = 0
  while (at < content.length) {
    const child = readBer(content.subarray(at))
    children.push(child)
    at += child.encoding.length
  }
  return children
}

const octetString = 0x04
const constructedOctetString = 0x24

/** The bytes of an OCTET STRING, which BER may write in pieces; undefined for another value. */
export function readOctets(value: BerValue | undefined): Buffer | undefined {
  if (value?.tag === octetString) return value.content
  if (value?.tag !== constructedOctetString) return undefined
  return Buffer.concat(listChildren(value).map(({ content }) => content))
}

/** An object identifier in its dotted form. */
export function readObjectId({ content }: BerValue): string {
  const components: number[] = []
  let component = 0
  for (const byte of content) {
    component = component * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      components.push(component)
      component = 0
    }
  }
  const [both = 0, ...rest] = components
  const first = Math.min(2, Math.floor(both / 40))
  return [first, both - first * 40, ...rest].join('.')
}

/** An instant as UTCTime or GeneralizedTime; undefined for another value. */
export function readTime({ tag, content }: BerValue): Date | undefined {
  const [, years = '', ...rest] =
    /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(content.toString('latin1')) ??
    []
  const isTime = (tag === 0x17 && years.length === 2) || (tag === 0x18 && years.length === 4)
  if (!isTime) return undefined
  // Two digits are 1950 to 2049 (RFC 5280, 4.1.2.5.1).
  const year =
    years.length === 4 ? Number(years) : Number(years) + (Number(years) < 50 ? 2000 : 1900)
  const [month = '', day = '', hour = '', minute = '', second = ''] = rest
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}
