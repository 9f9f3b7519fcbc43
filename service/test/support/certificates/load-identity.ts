import {
  type LoadIdentitiesOptions,
  loadIdentities,
} from '../../../src/apple/certificates/folder/load.ts'
import { createTemporaryFolder } from '../environment/temporary-folder.ts'
import {
  type IdentityFiles,
  TEST_PASS_TYPE_ID,
  type TestApple,
  writeIdentity,
} from './test-apple.ts'

/** Loads an identity from these files, with the test Apple as Apple. */
export async function loadIdentityFiles(
  apple: TestApple,
  files: Partial<IdentityFiles>,
  options: Partial<LoadIdentitiesOptions> = {},
) {
  const directory = await createTemporaryFolder()
  await writeIdentity(directory, TEST_PASS_TYPE_ID, files)
  return loadIdentityFolder(apple, directory, options)
}

/** Loads all identities of a folder, with the test Apple as Apple. */
export function loadIdentityFolder(
  apple: TestApple,
  directory: string,
  options: Partial<LoadIdentitiesOptions> = {},
) {
  return loadIdentities({ directory, now: new Date(), apple: apple.appleCertificates, ...options })
}
