import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import type { LambdaOptions } from '../support/lambda.ts'
import { startTestEnvironment, type TestEnvironment } from '../support/test-environment.ts'
import { testConnections } from './connection.ts'
import { testCountersAndMessages } from './counters-and-messages.ts'
import { testCoverage } from './coverage.ts'
import { testCreates } from './create.ts'
import { testEditorFields } from './editor-fields.ts'
import { testEmails } from './email.ts'
import { testErrors } from './errors.ts'
import { testFinding } from './find.ts'
import { testMessyValues } from './messy-values.ts'
import { testPeople } from './people.ts'
import { testScopes } from './scopes.ts'
import { testStatistics } from './statistics.ts'
import { testTemplates } from './templates.ts'
import { testTriggers } from './triggers.ts'
import { testUpdates } from './update.ts'

/** Describes all tests that run the unpacked archive in its own process, against the service. */
export function describeZaps(name: string, getOptions: () => Promise<LambdaOptions>): void {
  describe(name, () => {
    let env: TestEnvironment
    beforeAll(async () => {
      env = await startTestEnvironment(await getOptions())
    }, 180_000)
    afterAll(() => env?.stop())
    afterEach(() => {
      env.proxy.chooseFault = () => undefined
      env.proxy.requests.length = 0
    })

    testConnections(() => env)
    testCreates(() => env)
    testEditorFields(() => env)
    testMessyValues(() => env)
    testUpdates(() => env)
    testCountersAndMessages(() => env)
    testEmails(() => env)
    testFinding(() => env)
    testTemplates(() => env)
    testPeople(() => env)
    testStatistics(() => env)
    testScopes(() => env)
    testTriggers(() => env)
    testErrors(() => env)
    testCoverage(() => env)
  })
}
