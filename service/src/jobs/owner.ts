/** The owner of all keys by email: strangers share it, however many ask. */
export const signupOwner = 'signup'

/** The owner of a key's tests: somebody waits for them, so they take turns of their own. */
export function toTestOwner(keyId: string): string {
  return `${keyId} test`
}

/** All owners that a key has jobs under. */
export function listOwners(keyId: string): string[] {
  return [keyId, toTestOwner(keyId)]
}
