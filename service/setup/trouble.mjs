/** Something the person at the terminal can mend: its message is the whole of what they are told. */
export class Trouble extends Error {}

/**
 * What registries, package managers and disks say when they fail, and what to tell the person instead.
 * @type {[RegExp, string][]}
 */
const known = [
  [
    /ENOSPC|TAR_ENTRY_ERROR|no space left|os error 28/i,
    'The disk is full: free a gigabyte (3 for the tests with a real n8n) and run the same command again.',
  ],
  [
    /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    'This folder cannot be written to: run the command as the user who owns it.',
  ],
  [
    /EINTEGRITY|integrity|checksum mismatch/i,
    'A downloaded package was not the one this version was made with: run the same command again, and if it stays so, do not trust the registry you are using.',
  ],
  [
    /OUTDATED_LOCKFILE|lockfile is not up to date/i,
    'pnpm-lock.yaml does not fit the package.json files: run "pnpm install" once, or take back the change.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|CERT_|dns error|error sending request|client error|timed? ?out/i,
    'The npm registry cannot be reached: check the connection (behind a proxy: "npm config set proxy …") and run the same command again.',
  ],
  [
    /E404|ETARGET|No matching version/i,
    'The npm registry in use does not have a package that is needed: check "npm config get registry".',
  ],
]

/**
 * Turns the output of a failed program, or a file system error, into one sentence that says what to do.
 * @param {string} doing what was being done, such as "Installing the dependencies"
 * @param {string} output all that the program wrote
 */
export function explain(doing, output) {
  const sentence = known.find(([pattern]) => pattern.test(output))?.[1]
  const lines = output.trim().split('\n').slice(-12).join('\n')
  return new Trouble(sentence ? `${doing} failed. ${sentence}` : `${doing} failed:\n${lines}`)
}

/**
 * Tells the person at the terminal; standard output belongs to the command.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`Passwright: ${line}\n`)
}
