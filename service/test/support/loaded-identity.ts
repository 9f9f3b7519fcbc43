import { type LoadOptions, loadIdentities } from '../../src/apple/certificates/load.ts'
import {
  type IdentityFiles,
  TEST_PASS_TYPE_ID,
  type TestApple,
  writeIdentity,
} from './certificates.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Loads one identity from these files, with the test Apple in the place of Apple. */
export async function loadFiles(
  apple: TestApple,
  files: Partial<IdentityFiles>,
  options: Partial<LoadOptions> = {},
) {
  const directory = await temporaryFolder()
  await writeIdentity(directory, TEST_PASS_TYPE_ID, files)
  return load(apple, directory, options)
}

/** Loads a whole folder so. */
export function load(apple: TestApple, directory: string, options: Partial<LoadOptions> = {}) {
  return loadIdentities({ directory, now: new Date(), apple: apple.asApple, ...options })
}
