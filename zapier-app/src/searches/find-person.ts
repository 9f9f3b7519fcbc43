import { type Bundle, defineSearch, type ZObject } from 'zapier-platform-core'
import { exportPerson } from '../hydrators.ts'
import { personEmail, personLabels, readPersonEmail } from '../person-email.ts'
import { callService } from '../transport.ts'

/** Finds whether anything is held of a person, with all of it as a file for a later step. */
export const findPerson = defineSearch({
  key: 'find_person',
  noun: 'Person',
  display: {
    label: 'Find Person',
    description:
      'Finds all that your service holds of a person: passes, emails, deliveries and events, as a file.',
  },
  operation: {
    inputFields: [personEmail],
    perform,
    outputFields: [
      { key: 'id', label: 'Person ID', type: 'string', primary: true },
      { key: 'email', label: 'Email', type: 'string' },
      { key: 'file', label: 'All Data', type: 'file' },
    ],
    sample: {
      id: 'ada@example.com',
      email: 'ada@example.com',
      file: 'https://passes.example.com/person.json',
    },
  },
})

/** Finding nobody is no error. The file is another one each time, since what is held changes. */
async function perform(z: ZObject, bundle: Bundle) {
  const email = readPersonEmail(z, bundle)
  const isHeld = await callService(
    z,
    bundle,
    (client) =>
      client.exportPerson(email).then(
        () => true,
        (problem) => {
          if (problem.code === 'not_found') return false
          throw problem
        },
      ),
    personLabels,
  )
  const revision = new Date().toISOString()
  return isHeld
    ? [{ id: email, email, file: z.dehydrateFile(exportPerson, { email, revision }) }]
    : []
}
