import { afterAll, beforeAll, describe } from 'vitest'
import { databases } from '../../service/test/support/databases.ts'
import { whyNoN8n } from './host/ensure-n8n.mts'
import { type House, startHouse } from './host/house.mts'
import { toolsFor } from './host/tools.mts'
import { credential } from './topics/credential.mts'
import { examples } from './topics/examples.mts'
import { mistakes } from './topics/mistakes.mts'
import { operations } from './topics/operations.mts'
import { repeats } from './topics/repeats.mts'
import { trigger } from './topics/trigger.mts'

const why = whyNoN8n()
if (why) console.info(why)

// Starting n8n takes longer than all that is tried in it, so everything is tried in the same one.
describe.skipIf(why)('in a real n8n', { timeout: 120_000 }, () => {
  let house: House
  beforeAll(async () => {
    const postgres = databases.find(({ name }) => name === 'postgres')
    house = await startHouse((await postgres?.url()) ?? '')
  }, 400_000)
  afterAll(() => house?.stop(), 60_000)

  const tools = toolsFor(() => house)
  credential(tools)
  operations(tools)
  mistakes(tools)
  repeats(tools)
  trigger(tools)
  examples(tools)
})
