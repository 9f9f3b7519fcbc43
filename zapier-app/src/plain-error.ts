import type { ZObject } from 'zapier-platform-core'

/** Creates the error that stops a run without counting it as one: other runs of the Zap are fine. */
export function createHalt(z: ZObject, message: string): Error {
  return withoutContext(new z.errors.HaltedError(message))
}

/** Creates the error that makes Zapier ask for another API key. */
export function createExpiry(z: ZObject, message: string): Error {
  return withoutContext(new z.errors.ExpiredAuthError(message))
}

/** Core would add the method, the bundle and the log to the message, which is for people. */
function withoutContext(error: Error): Error {
  return Object.assign(error, { doNotContextify: true })
}
