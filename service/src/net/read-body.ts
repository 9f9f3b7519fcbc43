/**
 * Reads a body into one Buffer and stops at the limit; undefined when there is more. One buffer
 * grows: a body that drips in a million pieces would cost many times its bytes if they were
 * collected.
 */
export async function readBody(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Buffer | undefined> {
  let bytes = Buffer.allocUnsafe(Math.min(maxBytes, 65_536))
  let length = 0
  for await (const piece of body) {
    const end = length + piece.length
    if (end > maxBytes) return undefined
    if (end > bytes.length) {
      const size = Math.min(maxBytes, Math.max(bytes.length * 2, end))
      bytes = Buffer.concat([bytes.subarray(0, length)], size)
    }
    piece.copy(bytes, length)
    length = end
  }
  return Buffer.from(bytes.subarray(0, length))
}
