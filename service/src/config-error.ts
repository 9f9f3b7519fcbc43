/** Errors in the operator's settings, certificates and templates, all of them found at once. */
export class ConfigError extends Error {
  /** Each a sentence that names the variable or file and says how to fix it. */
  readonly messages: readonly string[]

  constructor(messages: readonly string[]) {
    super(`${messages.length} configuration error(s):\n${messages.join('\n')}`)
    this.name = 'ConfigError'
    this.messages = messages
  }
}
