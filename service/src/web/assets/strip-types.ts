import { stripTypeScriptTypes } from 'node:module'

/**
 * Removes the types from TypeScript, as Node does when it runs our source. Node says on standard error,
 * once, that this function is experimental: nothing that an operator could act on.
 */
export function stripTypes(code: string): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(code)
  } finally {
    process.emitWarning = emitWarning
  }
}
