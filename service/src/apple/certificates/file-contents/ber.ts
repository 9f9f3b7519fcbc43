/** A value of BER or DER (ITU-T X.690), with the values inside it where it is constructed. */
export interface BerValue {
  /** The identifier octet, such as 0x30 for a SEQUENCE. */
  tag: number
  /** The whole encoding, with tag and length. */
  raw: Buffer
  content: Buffer
  /** The values inside; empty where the value is primitive. */
  items: readonly BerValue[]
  /** False when its own length, not that of a value inside, is written otherwise than in DER. */
  isDer: boolean
}

export const berTags = { integer: 0x02, octetString: 0x04, objectId: 0x06, sequence: 0x30 } as const

const CONSTRUCTED = 0x20
const MAX_DEPTH = 40

/** Reads the first value of the bytes, also one of indefinite length; throws when it is not BER. */
export function readBer(bytes: Buffer): BerValue {
  return readValue(bytes, 0)
}

/** The item at an index; throws when there is none or it has another tag. */
export function getItem(value: BerValue, index: number, tag?: number): BerValue {
  const item = value.items[index]
  if (item === undefined || (tag !== undefined && item.tag !== tag)) {
    throw new Error(`BER value has no such item at ${index}`)
  }
  return item
}

/** The bytes of an OCTET STRING, whose pieces are put together where it is constructed. */
export function toOctets(value: BerValue): Buffer {
  return value.items.length === 0 ? value.content : Buffer.concat(value.items.map(toOctets))
}

/** A small whole number. */
export function toNumber(value: BerValue): number {
  if (value.tag !== berTags.integer || value.content.length === 0 || value.content.length > 5) {
    throw new Error('BER value is no small number')
  }
  return value.content.readUIntBE(0, value.content.length)
}

/** The dotted form of an OBJECT IDENTIFIER. */
export function toObjectId(value: BerValue): string {
  if (value.tag !== berTags.objectId) throw new Error('BER value is no object identifier')
  const arcs: number[] = []
  let arc = 0
  for (const byte of value.content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [first = 0, ...rest] = arcs
  const top = Math.min(2, Math.floor(first / 40))
  return [top, first - top * 40, ...rest].join('.')
}

function readValue(bytes: Buffer, depth: number): BerValue {
  const [tag, first] = bytes
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > MAX_DEPTH) {
    throw new Error('not BER')
  }
  const isConstructed = (tag & CONSTRUCTED) !== 0
  if (first === 0x80 && isConstructed) return readIndefinite(bytes, tag, depth)
  const lengthBytes = first < 0x80 ? 0 : first - 0x80
  if (first === 0x80 || lengthBytes > 4 || bytes.length < 2 + lengthBytes) {
    throw new Error('not BER')
  }
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  const start = 2 + lengthBytes
  if (start + length > bytes.length) throw new Error('BER value is cut off')
  const content = bytes.subarray(start, start + length)
  const items = isConstructed ? readItems(content, depth) : []
  const isDer = lengthBytes === 0 || (length >= 0x80 && bytes[2] !== 0)
  return { tag, raw: bytes.subarray(0, start + length), content, items, isDer }
}

function readItems(content: Buffer, depth: number): BerValue[] {
  const items: BerValue[] = []
  for (let rest = content; rest.length > 0; ) {
    const item = readValue(rest, depth + 1)
    items.push(item)
    rest = rest.subarray(item.raw.length)
  }
  return items
}

/** An indefinite length ends at two zero bytes. */
function readIndefinite(bytes: Buffer, tag: number, depth: number): BerValue {
  const items: BerValue[] = []
  let end = 2
  while (bytes[end] !== 0 || bytes[end + 1] !== 0) {
    const item = readValue(bytes.subarray(end), depth + 1)
    items.push(item)
    end += item.raw.length
  }
  const content = bytes.subarray(2, end)
  return { tag, raw: bytes.subarray(0, end + 2), content, items, isDer: false }
}
