import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Where the downloaded Node and pnpm are kept; git ignores it. */
export const toolchainFolder = join(root, '.toolchain')

/**
 * Returns the folder where a command was typed. npm and pnpm run its script in the checkout and pass that folder in INIT_CWD. Child
 * processes inherit the variable, so it counts only for the script itself.
 * @param {string} command @param {NodeJS.ProcessEnv} env @param {string} cwd
 */
export function findTypedFolder(command, env, cwd) {
  const isScript = env.npm_lifecycle_event === command && join(cwd, '/') === root
  return isScript && env.INIT_CWD ? env.INIT_CWD : cwd
}
