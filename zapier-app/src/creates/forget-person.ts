import { type Bundle, defineCreate, type ZObject } from 'zapier-platform-core'
import { personEmail, personLabels, readPersonEmail } from '../person-email.ts'
import { callService } from '../transport.ts'

/** Forgets a person: the passes are void and blank, and all else that is held is deleted. */
export const forgetPerson = defineCreate({
  key: 'forget_person',
  noun: 'Person',
  display: {
    label: 'Forget Person',
    description:
      'Forgets a person for good: the passes are void and blank, and all else that is held is deleted.',
  },
  operation: {
    inputFields: [
      {
        ...personEmail,
        helpText: 'The email address that passes of the person were sent to. There is no way back.',
      },
    ],
    perform,
    outputFields: [
      { key: 'id', label: 'Person ID', type: 'string', primary: true },
      { key: 'email', label: 'Email', type: 'string' },
      { key: 'passes', label: 'Passes', type: 'integer' },
      { key: 'emails', label: 'Emails', type: 'integer' },
      { key: 'deliveries', label: 'Deliveries', type: 'integer' },
      { key: 'wallets__apple', label: 'Apple Wallets', type: 'integer' },
      { key: 'wallets__google', label: 'Google Wallets', type: 'integer' },
      { key: 'pending', label: 'Passes Pending', type: 'integer' },
    ],
    sample: {
      id: 'ada@example.com',
      email: 'ada@example.com',
      passes: 2,
      emails: 3,
      deliveries: 5,
      wallets: { apple: 1, google: 0 },
      pending: 0,
    },
  },
})

/** A person of whom nothing is held halts the run, since a mistyped address would look the same. */
async function perform(z: ZObject, bundle: Bundle) {
  const email = readPersonEmail(z, bundle)
  const forgotten = await callService(
    z,
    bundle,
    (client) => client.forgetPerson(email),
    personLabels,
  )
  return { id: email, email, ...forgotten }
}
