import { afterAll, beforeAll, describe } from 'vitest'
import { databases } from '../../service/test/support/databases/databases.ts'
import { testAgents } from './in-n8n/agents.mts'
import { testColumns } from './in-n8n/columns.mts'
import { testCredential } from './in-n8n/credential.mts'
import { testEditor } from './in-n8n/editor.mts'
import { testErrors } from './in-n8n/errors.mts'
import { testExamples } from './in-n8n/examples.mts'
import { testForms } from './in-n8n/forms.mts'
import { testIdempotency } from './in-n8n/idempotency.mts'
import { testOperations } from './in-n8n/operations.mts'
import { testScopes } from './in-n8n/scopes.mts'
import { testTemplateExamples } from './in-n8n/template-examples.mts'
import { testTemplates } from './in-n8n/templates.mts'
import { testTrigger } from './in-n8n/trigger.mts'
import { createFixtures } from './support/fixtures.mts'
import { findSkipReason } from './support/install-n8n.mts'
import { startTestEnvironment, type TestEnvironment } from './support/test-environment.mts'

const skipReason = findSkipReason()
if (skipReason) console.info(skipReason)

// All these tests share one n8n, which takes longer to start than they take to run.
describe.skipIf(skipReason)('in a real n8n', { timeout: 120_000 }, () => {
  let env: TestEnvironment
  beforeAll(async () => {
    const postgres = databases.find(({ name }) => name === 'postgres')
    env = await startTestEnvironment((await postgres?.createDatabase()) ?? '')
  }, 400_000)
  afterAll(() => env?.stop(), 60_000)

  const fixtures = createFixtures(() => env)
  testCredential(fixtures)
  testOperations(fixtures)
  testErrors(fixtures)
  testForms(fixtures)
  testColumns(fixtures)
  testTemplates(fixtures)
  testScopes(fixtures)
  testIdempotency(fixtures)
  testTrigger(fixtures)
  testExamples(fixtures)
  testTemplateExamples(fixtures)
  testAgents(fixtures)
  testEditor(fixtures)
})
