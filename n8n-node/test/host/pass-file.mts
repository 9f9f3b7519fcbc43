/** A PNG of one red dot. */
export const redDot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)

/** The names of what is in a pass. */
export function entriesOf(pass: Buffer): string[] {
  return [...entries(pass).keys()]
}

/** What `pass.json` says. */
export function passJson(pass: Buffer): Record<string, unknown> {
  return JSON.parse(entries(pass).get('pass.json')?.toString('utf8') ?? '{}')
}

/** The pass that is attached to a mail. */
export function attachedPass(mail: Buffer): Buffer {
  const [, part = ''] = mail
    .toString('latin1')
    .split(/Content-Type: application\/vnd\.apple\.pkpass/i)
  const [, base64 = ''] = part.split(/\r?\n\r?\n/)
  return Buffer.from(base64.replace(/--.*/s, ''), 'base64')
}

/** Reads an archive whose entries are stored, as ours are. */
function entries(pass: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  let place = 0
  while (pass.readUInt32LE(place) === 0x04034b50) {
    const size = pass.readUInt32LE(place + 18)
    const nameEnd = place + 30 + pass.readUInt16LE(place + 26)
    const dataStart = nameEnd + pass.readUInt16LE(place + 28)
    found.set(
      pass.toString('utf8', place + 30, nameEnd),
      pass.subarray(dataStart, dataStart + size),
    )
    place = dataStart + size
  }
  return found
}
