/** The content of one part. */
export interface Part {
  bytes: Buffer
}

/** Parses a `multipart/form-data` body (RFC 7578) into its parts by name. */
export function parseMultipart(body: Buffer, contentType: string): Map<string, Part> {
  const boundary = Buffer.from(`--${/boundary=(.+)$/.exec(contentType)?.[1]}`)
  const parts = new Map<string, Part>()
  let start = body.indexOf(boundary)
  for (;;) {
    const end = body.indexOf(boundary, start + boundary.length)
    if (start < 0 || end < 0) return parts
    const piece = body.subarray(start + boundary.length + 2, end - 2)
    const gap = piece.indexOf('\r\n\r\n')
    const name = /name="([^"]+)"/.exec(piece.subarray(0, gap).toString())?.[1] ?? ''
    parts.set(name, { bytes: piece.subarray(gap + 4) })
    start = end
  }
}
