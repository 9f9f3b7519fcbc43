import zapier, { defineApp } from 'zapier-platform-core'
import packageJson from '../package.json' with { type: 'json' }
import { authentication } from './authentication.ts'
import { createOrUpdatePass } from './creates/create-or-update-pass.ts'
import { createPass } from './creates/create-pass.ts'
import { sendPassByEmail } from './creates/send-pass-by-email.ts'
import { reactivatePass, voidPass } from './creates/standing.ts'
import { updatePass } from './creates/update-pass.ts'
import { downloadPass } from './hydrators.ts'
import { findPass } from './searches/find-pass.ts'
import { addKey } from './transport.ts'
import { eventTriggers } from './triggers/event-triggers.ts'
import { passList } from './triggers/pass-list.ts'

const byKey = <Step extends { key: string }>(steps: Step[]): Record<string, Step> =>
  Object.fromEntries(steps.map((step) => [step.key, step]))

/** Everything that Zapier knows of Passwright. */
export default defineApp({
  version: packageJson.version,
  platformVersion: zapier.version,
  // What the service answers, good or bad, is read in one place: transport.ts.
  flags: { skipThrowForStatus: true, throwForThrottlingEarly: false, cleanInputData: false },
  authentication,
  beforeRequest: [addKey],
  hydrators: { downloadPass },
  triggers: { ...byKey(eventTriggers), [passList.key]: passList },
  creates: byKey([
    createPass,
    createOrUpdatePass,
    updatePass,
    sendPassByEmail,
    voidPass,
    reactivatePass,
  ]),
  searches: { [findPass.key]: findPass },
  searchOrCreates: {
    find_pass: {
      key: 'find_pass',
      display: {
        label: 'Find or Create Pass',
        description: 'Finds a pass, or creates one where there is none.',
      },
      search: findPass.key,
      create: createPass.key,
    },
  },
})
