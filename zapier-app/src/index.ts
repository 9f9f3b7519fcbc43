import zapier, { defineApp } from 'zapier-platform-core'
import packageJson from '../package.json' with { type: 'json' }
import { authentication } from './authentication.ts'
import { addPoints } from './creates/add-points.ts'
import { createOrUpdatePass } from './creates/create-or-update-pass.ts'
import { createPass } from './creates/create-pass.ts'
import { deletePass } from './creates/delete-pass.ts'
import { forgetPerson } from './creates/forget-person.ts'
import { reactivatePass } from './creates/reactivate-pass.ts'
import { sendMessage } from './creates/send-message.ts'
import { sendPassByEmail } from './creates/send-pass-by-email.ts'
import { updatePass } from './creates/update-pass.ts'
import { voidPass } from './creates/void-pass.ts'
import { downloadPass, exportPerson } from './hydrators.ts'
import { findPass } from './searches/find-pass.ts'
import { findPerson } from './searches/find-person.ts'
import { findStatistics } from './searches/find-statistics.ts'
import { addApiKey } from './transport.ts'
import { eventTriggers } from './triggers/event-triggers.ts'
import { passList } from './triggers/pass-list.ts'
import { templateList } from './triggers/template-list.ts'

const indexByKey = <Action extends { key: string }>(actions: Action[]): Record<string, Action> =>
  Object.fromEntries(actions.map((action) => [action.key, action]))

/** The definition of the Zapier app. */
export default defineApp({
  version: packageJson.version,
  platformVersion: zapier.version,
  // transport.ts handles the status of every response.
  flags: { skipThrowForStatus: true, throwForThrottlingEarly: false, cleanInputData: false },
  authentication,
  beforeRequest: [addApiKey],
  hydrators: { downloadPass, exportPerson },
  triggers: { ...indexByKey(eventTriggers), ...indexByKey([passList, templateList]) },
  creates: indexByKey([
    createPass,
    createOrUpdatePass,
    updatePass,
    addPoints,
    sendMessage,
    sendPassByEmail,
    voidPass,
    reactivatePass,
    deletePass,
    forgetPerson,
  ]),
  searches: indexByKey([findPass, findPerson, findStatistics]),
  searchOrCreates: {
    find_pass: {
      key: 'find_pass',
      display: {
        label: 'Find or Create Pass',
        description: 'Finds a pass, or creates one if there is none.',
      },
      search: findPass.key,
      create: createPass.key,
    },
  },
})
