import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Where the Node and pnpm that were brought are kept; git ignores it. */
export const shelf = join(root, '.toolchain')

/**
 * The folder where a command was typed. npm and pnpm run scripts in the checkout and tell the folder in INIT_CWD; a process that they
 * started hands the variable on to everything below it, so it counts only when this very command is their script.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cwd
 */
export function typedIn(command, env, cwd) {
  const isTheirScript = env.npm_lifecycle_event === command && join(cwd, '/') === root
  return isTheirScript && env.INIT_CWD ? env.INIT_CWD : cwd
}
