import type { GoogleCredentials } from './credentials.ts'

/** Google's API; everything else of Google's has addresses of its own. */
export const GOOGLE_WALLET_URL = 'https://walletobjects.googleapis.com'

/** Where Google publishes the keys that its callbacks are signed with. */
const ROOT_KEYS_URL = 'https://pay.google.com/gp/m/issuer/keys'

/** Where people save a pass, with a signed JWT behind it. */
export const SAVE_URL = 'https://pay.google.com/gp/v/save/'

/** Whose passes these are at Google, and who speaks for them. */
export interface GoogleSettings {
  /** Digits. */
  issuerId: string
  credentials: GoogleCredentials
  /** The root of the API, without a slash at its end. */
  url: string
}

/** Where the root keys are: at Google, or beside an API that stands in for Google's. */
export function getRootKeysUrl({ url }: Pick<GoogleSettings, 'url'>): string {
  return url === GOOGLE_WALLET_URL ? ROOT_KEYS_URL : `${url}/keys`
}
