import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createTemporaryFolder } from '../support/environment/temporary-folder.ts'
import { createServiceAccount, ISSUER_ID } from '../support/google/service-account.ts'

const { json } = createServiceAccount('https://oauth2.googleapis.com/token')
const file = JSON.parse(json)
const withChange = (change: object) => JSON.stringify({ ...file, ...change })
const createPem = (pair: ReturnType<typeof generateKeyPairSync>) =>
  pair.privateKey.export({ type: 'pkcs8', format: 'pem' })
const shortKey = () => createPem(generateKeyPairSync('rsa', { modulusLength: 1024 }))
const otherKey = () => createPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }))

const read = (GOOGLE_WALLET_CREDENTIALS: string) =>
  readConfig({ GOOGLE_WALLET_ISSUER_ID: ISSUER_ID, GOOGLE_WALLET_CREDENTIALS }).googleWallet

describe('the settings of Google Wallet', () => {
  it.each([
    ['a text that a shell has broken', json.replaceAll('"', ''), /GOOGLE_WALLET_CREDENTIALS_FILE$/],
    ['a list', '[]', /must be the JSON key of a service account/],
    ['the file of an OAuth client', '{"web":{"client_id":"1"}}', /OAuth client.*type JSON/],
    [
      'a file of another kind',
      withChange({ type: 'authorized_user' }),
      /"type": "service_account"/,
    ],
    ['no address', withChange({ client_email: undefined }), /no client_email.*type JSON/],
    ['an address that is none', withChange({ client_email: 'club' }), /no client_email/],
    ['no key', withChange({ private_key: undefined }), /no private_key that can be read/],
    ['half a key', withChange({ private_key: file.private_key.slice(0, 300) }), /can be read/],
    ['a key of another kind', withChange({ private_key: otherKey() }), /is not RSA/],
    ['a short key', withChange({ private_key: shortKey() }), /less than 2048 bits/],
    ['tokens without https', withChange({ token_uri: 'http://example.com/token' }), /no https/],
    ['tokens from nowhere', withChange({ token_uri: 'oauth2' }), /oauth2\.googleapis\.com\/token/],
  ])('refuse %s, and say what to do without a word of the key', (_, credentials, message) => {
    expect(() => read(credentials)).toThrow(
      /^1 configuration error.*\nGOOGLE_WALLET_CREDENTIALS (must|have|are)/,
    )
    expect(() => read(credentials)).toThrow(message)
    expect(() => read(credentials)).not.toThrow(/BEGIN|MII/)
  })

  it.each(['', ' ', '12ab', 'club-wallet', '3388000000012345678.club', '1234-abc.apps.google'])(
    'take no issuer id such as "%s"',
    (GOOGLE_WALLET_ISSUER_ID) => {
      const settings = { GOOGLE_WALLET_ISSUER_ID, GOOGLE_WALLET_CREDENTIALS: json }
      expect(() => readConfig(settings)).toThrow(
        /^1 configuration error.*\nGOOGLE_WALLET_ISSUER_ID .*at the top of the Google Pay & Wallet/,
      )
    },
  )

  it('are needed together, and every mistake is told at once', () => {
    expect(() => readConfig({ GOOGLE_WALLET_ISSUER_ID: ISSUER_ID })).toThrow(
      'GOOGLE_WALLET_CREDENTIALS is required with GOOGLE_WALLET_ISSUER_ID',
    )
    const settings = {
      GOOGLE_WALLET_ISSUER_ID: 'club',
      GOOGLE_WALLET_CREDENTIALS: '{}',
      GOOGLE_WALLET_URL: 'ftp://example.com',
      PORT: 'x',
    }
    expect(() => readConfig(settings)).toThrow(
      /^4 configuration error.*\nPORT .*\nGOOGLE_WALLET_ISSUER_ID .*\nGOOGLE_WALLET_CREDENTIALS .*\nGOOGLE_WALLET_URL /,
    )
  })

  it('take the key plain, in base64, with line breaks that were escaped twice, or from a file', async () => {
    const path = join(await createTemporaryFolder(), 'google.json')
    await writeFile(path, `${JSON.stringify(file, null, 2)}\n`)
    const forms = [json, Buffer.from(json).toString('base64'), json.replaceAll('\\n', '\\\\n')]
    const all = [
      ...forms.map(read),
      readConfig({
        GOOGLE_WALLET_ISSUER_ID: ISSUER_ID,
        GOOGLE_WALLET_CREDENTIALS_FILE: path,
      }).googleWallet,
    ]
    for (const settings of all) {
      expect(settings).toMatchObject({
        issuerId: ISSUER_ID,
        credentials: { clientEmail: file.client_email, tokenUri: file.token_uri },
      })
      expect(settings?.credentials.privateKey.asymmetricKeyType).toBe('rsa')
    }
    expect(readConfig({}).googleWallet).toBeUndefined()
  })
})
