/** A PEM block (RFC 7468), or one of OpenSSL's older kind with headers. */
export interface PemBlock {
  /** What it says it holds, such as `CERTIFICATE`. */
  label: string
  /** The lines before the Base64, such as `DEK-Info: AES-128-CBC,…`. */
  headers: string[]
  der: Buffer
}

/**
 * The text of a file as people have it: in UTF-8 or UTF-16, with any line ends, with `\n` spelled
 * out as environment variables leave it.
 */
export function toText(bytes: Buffer): string {
  return decode(bytes)
    .replace(/^\ufeff/, '')
    .replaceAll(/\\r|\\n/g, '\n')
    .replaceAll(/\r\n?/g, '\n')
}

/** Finds all PEM blocks in a text, whatever stands before and between them, also on one line. */
export function findPemBlocks(text: string): PemBlock[] {
  const blocks = text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)
  return Array.from(blocks, ([, label = '', body = '']) => {
    const headers = body.match(/^\s*[A-Za-z-]+: .*$/gm) ?? []
    const base64 = headers.reduce((rest, header) => rest.replace(header, ''), body)
    return {
      label,
      headers: headers.map((header) => header.trim()),
      der: Buffer.from(base64.replaceAll(/[^A-Za-z0-9+/=]/g, ''), 'base64'),
    }
  })
}

/** The bytes of a text that is only Base64, as people put a .p12 into a variable; else undefined. */
export function decodeBase64(text: string): Buffer | undefined {
  const base64 = text.replaceAll(/\s/g, '')
  if (base64.length < 64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  return Buffer.from(base64, 'base64')
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes
  const isBigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x2d)
  const isLittleEndian = (first === 0xff && second === 0xfe) || (first === 0x2d && second === 0)
  if (isLittleEndian) return new TextDecoder('utf-16le').decode(bytes)
  if (isBigEndian) return new TextDecoder('utf-16be').decode(bytes)
  return bytes.toString('utf8')
}
