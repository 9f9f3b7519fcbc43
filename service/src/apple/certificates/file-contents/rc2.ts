/** Expands by the digits of pi (RFC 2268, section 2). */
const piTable = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
)

/** The rotations of the four words of a block. */
const rotations = [1, 2, 3, 5] as const

/**
 * Decrypts RC2 in CBC mode and removes the padding (RFC 2268). Keychain encrypts the certificates of a
 * .p12 so, and OpenSSL 3, hence Node, no longer reads it. Throws when the padding is wrong.
 */
export function decryptRc2Cbc(key: Buffer, effectiveBits: number, iv: Buffer, data: Buffer) {
  if (data.length === 0 || data.length % 8 !== 0) throw new Error('RC2 data is cut off')
  const words = expandKey(key, effectiveBits)
  const plain = Buffer.alloc(data.length)
  for (let at = 0; at < data.length; at += 8) {
    const previous = at === 0 ? iv : data.subarray(at - 8, at)
    const block = decryptBlock(words, data.subarray(at, at + 8))
    for (let i = 0; i < 8; i++) plain[at + i] = (block[i] ?? 0) ^ (previous[i] ?? 0)
  }
  return removePadding(plain)
}

function removePadding(plain: Buffer): Buffer {
  const count = plain.at(-1) ?? 0
  const padding = plain.subarray(plain.length - count)
  if (count < 1 || count > 8 || padding.some((byte) => byte !== count)) {
    throw new Error('RC2 padding is wrong')
  }
  return plain.subarray(0, plain.length - count)
}

function expandKey(key: Buffer, effectiveBits: number): Uint16Array {
  const bytes = Buffer.alloc(128)
  key.copy(bytes)
  const pi = (index: number) => piTable[index & 0xff] ?? 0
  const at = (index: number) => bytes[index] ?? 0
  for (let i = key.length; i < 128; i++) bytes[i] = pi(at(i - 1) + at(i - key.length))
  const length = Math.ceil(effectiveBits / 8)
  bytes[128 - length] = pi(at(128 - length) & (0xff >> (-effectiveBits & 7)))
  for (let i = 127 - length; i >= 0; i--) bytes[i] = pi(at(i + 1) ^ at(i + length))
  return Uint16Array.from({ length: 64 }, (_, i) => bytes.readUInt16LE(i * 2))
}

function decryptBlock(key: Uint16Array, block: Buffer): Buffer {
  const words = Uint16Array.from({ length: 4 }, (_, i) => block.readUInt16LE(i * 2))
  const word = (index: number) => words[(index + 4) & 3] ?? 0
  let next = 63
  const mix = () => {
    for (let i = 3; i >= 0; i--) {
      const turn = rotations[i] ?? 0
      const rotated = (word(i) >>> turn) | (word(i) << (16 - turn))
      const mixed = (word(i - 1) & word(i - 2)) + (~word(i - 1) & word(i - 3))
      words[i] = rotated - (key[next] ?? 0) - mixed
      next--
    }
  }
  const mash = () => {
    for (let i = 3; i >= 0; i--) words[i] = word(i) - (key[word(i - 1) & 63] ?? 0)
  }
  for (let round = 0; round < 16; round++) {
    if (round === 5 || round === 11) mash()
    mix()
  }
  const plain = Buffer.alloc(8)
  words.forEach((value, i) => {
    plain.writeUInt16LE(value, i * 2)
  })
  return plain
}
