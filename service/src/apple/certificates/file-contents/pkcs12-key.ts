import { hash } from 'node:crypto'

/** What a derived key is for, as its number in RFC 7292, appendix B.3. */
const purposes = { key: 1, iv: 2, mac: 3 } as const

export interface Pkcs12KeyOptions {
  /** UTF-16 in big endian. */
  password: Buffer
  salt: Buffer
  iterations: number
  purpose: keyof typeof purposes
  /** In bytes. */
  length: number
  digest: string
}

/** Derives a key from a password as a .p12 does it (RFC 7292, appendix B.2), which Node does not. */
export function derivePkcs12Key(options: Pkcs12KeyOptions): Buffer {
  const { password, salt, iterations, purpose, length, digest } = options
  const blockLength = /sha(?:384|512)/.test(digest) ? 128 : 64
  const diversifier = Buffer.alloc(blockLength, purposes[purpose])
  const input = Buffer.concat([repeat(salt, blockLength), repeat(password, blockLength)])
  const derived: Buffer[] = []
  for (let made = 0; made < length; ) {
    let part = hash(digest, Buffer.concat([diversifier, input]), 'buffer')
    for (let i = 1; i < iterations; i++) part = hash(digest, part, 'buffer')
    derived.push(part)
    made += part.length
    addToBlocks(input, part, blockLength)
  }
  return Buffer.concat(derived).subarray(0, length)
}

/** Repeats bytes until they fill whole blocks; nothing stays nothing. */
function repeat(bytes: Buffer, blockLength: number): Buffer {
  const length = Math.ceil(bytes.length / blockLength) * blockLength
  return bytes.length === 0 ? bytes : Buffer.alloc(length, bytes)
}

/** Adds the part, repeated to a block, and one to each block, as numbers that overflow. */
function addToBlocks(input: Buffer, part: Buffer, blockLength: number): void {
  const addend = Buffer.alloc(blockLength, part)
  for (let start = 0; start < input.length; start += blockLength) {
    let carry = 1
    for (let i = blockLength - 1; i >= 0; i--) {
      carry += (input[start + i] ?? 0) + (addend[i] ?? 0)
      input[start + i] = carry & 0xff
      carry >>= 8
    }
  }
}
