const MAX_LENGTH = 500

/** Control and formatting characters, with which a message could forge lines or colours of a log. */
const odd = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** Secrets that an error may quote. */
const secrets = /(ApplePass\s+)\S+/gi

/** Makes one short line of what a stranger sends, without secrets. */
export function toPlainMessage(message: string): string {
  const line = message
    .slice(0, 4 * MAX_LENGTH)
    .replace(odd, ' ')
    .replace(secrets, '$1[hidden]')
  return line.toWellFormed().trim().slice(0, MAX_LENGTH).toWellFormed()
}
