import type { FindingCode } from '../../../src/apple/verify/report/findings.ts'
import { brokenArchives } from './broken-archives.ts'
import { brokenContents } from './broken-contents.ts'
import { brokenJson } from './broken-json.ts'
import { brokenSignatures } from './broken-signatures.ts'
import type { PassKit } from './pass-kit.ts'

/** A pass that is broken in exactly one way. */
export interface BrokenPass {
  /** How, as the name of a test. */
  name: string
  code: FindingCode
  /** What is found besides, because it follows. */
  follows?: FindingCode
  build: (kit: PassKit) => Buffer
}

/** Every way in which the corpus breaks a pass. */
export const brokenPasses: readonly BrokenPass[] = [
  ...brokenArchives,
  ...brokenSignatures,
  ...brokenJson,
  ...brokenContents,
]
