import { generateKeyPairSync } from 'node:crypto'

/** A service account as Google Cloud hands it out, made for this test run. */
export interface ServiceAccount {
  /** What `GOOGLE_WALLET_CREDENTIALS` holds. */
  json: string
  clientEmail: string
  /** PEM. */
  publicKey: string
}

export const ISSUER_ID = '3388000000012345678'

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Creates the key file of a service account whose tokens come from this address. */
export function createServiceAccount(tokenUri: string): ServiceAccount {
  const clientEmail = 'passes@club-wallet.iam.gserviceaccount.com'
  const file = {
    type: 'service_account',
    project_id: 'club-wallet',
    private_key_id: '0123456789abcdef',
    private_key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: clientEmail,
    client_id: '100000000000000000001',
    token_uri: tokenUri,
  }
  return {
    json: JSON.stringify(file),
    clientEmail,
    publicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}
