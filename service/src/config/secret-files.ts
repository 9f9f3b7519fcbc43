import { readFileSync } from 'node:fs'

/** Settings that can also be read from the file that `<NAME>_FILE` names. */
const secrets = [
  'DATABASE_URL',
  'CERTIFICATE_PASSWORD',
  'SMTP_URL',
  'SMTP_PASSWORD',
  'GOOGLE_WALLET_CREDENTIALS',
  'BACKUP_PASSPHRASE',
] as const

/**
 * The variables that are set, with the contents of secret files. An empty variable counts as unset:
 * compose files and shells pass it that way.
 */
export function readSecretFiles(
  environment: Record<string, string | undefined>,
  errors: string[],
): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) if (value) env[name] = value
  for (const name of secrets) {
    const file = env[`${name}_FILE`]
    if (file === undefined) continue
    if (env[name] !== undefined) {
      errors.push(`${name} and ${name}_FILE are both set; keep one of the two`)
      continue
    }
    try {
      env[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    } catch {
      errors.push(`${name}_FILE names a file that cannot be read: ${file}`)
    }
  }
  return env
}
