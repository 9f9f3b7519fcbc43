/** A PNG of one red pixel. */
export const onePixelPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

/** Lists the names of the files in a pass. */
export function listEntries(pass: Buffer): string[] {
  return [...readEntries(pass).keys()]
}

/** Parses the `pass.json` of a pass. */
export function readPassJson(pass: Buffer): Record<string, unknown> {
  return JSON.parse(readEntries(pass).get('pass.json')?.toString('utf8') ?? '{}')
}

/** Extracts the pass that is attached to a raw email. */
export function extractAttachedPass(mail: Buffer): Buffer {
  const [, part = ''] = mail
    .toString('latin1')
    .split(/Content-Type: application\/vnd\.apple\.pkpass/i)
  const [, base64 = ''] = part.split(/\r?\n\r?\n/)
  return Buffer.from(base64.replace(/--.*/s, ''), 'base64')
}

/** Reads a ZIP archive without compression, as the service writes them. */
function readEntries(pass: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  let offset = 0
  while (pass.readUInt32LE(offset) === 0x04034b50) {
    const size = pass.readUInt32LE(offset + 18)
    const nameEnd = offset + 30 + pass.readUInt16LE(offset + 26)
    const dataStart = nameEnd + pass.readUInt16LE(offset + 28)
    found.set(
      pass.toString('utf8', offset + 30, nameEnd),
      pass.subarray(dataStart, dataStart + size),
    )
    offset = dataStart + size
  }
  return found
}
