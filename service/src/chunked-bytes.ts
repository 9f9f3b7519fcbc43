/**
 * The bytes of a file in chunks, which are written one after the other. Large chunks are shared by many
 * files, such as an image by its passes, so nothing changes them.
 */
export interface ChunkedBytes {
  chunks: readonly Uint8Array[]
  byteLength: number
}

/** Bytes that are in one piece already. */
export function toChunkedBytes(bytes: Uint8Array): ChunkedBytes {
  return { chunks: [bytes], byteLength: bytes.byteLength }
}

/** The bytes in one piece, for callers that need them so; copied only if there are several. */
export function joinChunks({ chunks, byteLength }: ChunkedBytes): Buffer {
  const [first = new Uint8Array(), ...others] = chunks
  if (others.length > 0) return Buffer.concat(chunks, byteLength)
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength)
}
