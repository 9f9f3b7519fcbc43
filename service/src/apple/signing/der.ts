/** The tags of DER (ITU-T X.690) that a signature needs. */
export const tags = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const

/** Encodes a DER value from its tag and the encoded parts of its content. */
export function encodeDer(tag: number, ...content: Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.from([tag, ...encodeLength(length)]), ...content])
}

/** Encodes a SET OF, whose elements DER sorts by their encodings (X.690, 11.6). */
export function encodeDerSetOf(tag: number, elements: Buffer[]): Buffer {
  return encodeDer(tag, ...elements.toSorted(Buffer.compare))
}

/** Encodes an object identifier from its dotted form. */
export function encodeDerObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return encodeDer(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(encodeBase128)))
}

/** The offsets of a DER value in a buffer: `start` is at its tag, `end` just after it. */
export interface DerValue {
  tag: number
  start: number
  contentStart: number
  end: number
}

/** Reads the DER value at an offset; throws when it is cut off or has no definite length. */
export function readDer(bytes: Uint8Array, start: number): DerValue {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined) throw new Error('DER value is cut off')
  const lengthBytes = first < 0x80 ? 0 : first - 0x80
  let length = lengthBytes === 0 ? first : 0
  for (const byte of bytes.subarray(start + 2, start + 2 + lengthBytes)) {
    length = length * 256 + byte
  }
  const contentStart = start + 2 + lengthBytes
  const end = contentStart + length
  if (first === 0x80 || end > bytes.length) throw new Error('DER value is cut off')
  return { tag, start, contentStart, end }
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 + bytes.length, ...bytes]
}

function encodeBase128(component: number): number[] {
  const bytes = [component % 128]
  for (let rest = Math.floor(component / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(0x80 + (rest % 128))
  }
  return bytes
}
