import type { Identity } from '../../../src/apple/certificates/identity.ts'
import { toPassFile } from '../../../src/apple/signing/archive.ts'
import type { PassContent } from '../../../src/apple/signing/sign.ts'

/** Creates the content of a small pass for an identity; `files` replaces its files, `keys` adds to its pass.json. */
export function createPassContent(
  identity: Identity,
  files: PassContent['files'] = sampleFiles,
  keys: object = {},
): PassContent {
  const { passTypeIdentifier, teamIdentifier } = identity
  const passJson = {
    formatVersion: 1,
    passTypeIdentifier,
    teamIdentifier,
    serialNumber: 'ü-1',
    organizationName: 'Example & Söhne GmbH',
    description: 'A card',
    generic: { primaryFields: [{ key: 'member', label: 'Member', value: 'Zoë' }] },
    ...keys,
  }
  return { passJson: Buffer.from(JSON.stringify(passJson)), files }
}

const sampleFiles = [
  toPassFile('icon@2x.png', Buffer.from('an icon, twice as large')),
  toPassFile('icon.png', Buffer.from('an icon')),
  toPassFile('de.lproj/pass.strings', Buffer.from('"Member" = "Mitglied";\n')),
]
