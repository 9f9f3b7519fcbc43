/**
 * Reads a body into one Buffer; undefined when it is longer than `maxBytes`. `expectedLength` is what its
 * sender says, which need not be true. Chunks are copied into a buffer that grows: collecting a body that
 * arrives in a million small chunks would take many times its size.
 */
export async function readBody(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  expectedLength = 65_536,
): Promise<Buffer | undefined> {
  let bytes = Buffer.allocUnsafe(Math.min(maxBytes, expectedLength))
  let length = 0
  for await (const chunk of body) {
    const end = length + chunk.length
    if (end > maxBytes) return undefined
    if (end > bytes.length) {
      const size = Math.min(maxBytes, Math.max(bytes.length * 2, end))
      bytes = Buffer.concat([bytes.subarray(0, length)], size)
    }
    chunk.copy(bytes, length)
    length = end
  }
  return length === bytes.length ? bytes : Buffer.from(bytes.subarray(0, length))
}
