import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { buildPassField } from '../input-fields.ts'
import { passDropdown } from '../pass-dropdown.ts'
import { type PassResource, passFieldsWithId, passSample, toPassOutput } from '../pass-output.ts'
import { callService } from '../transport.ts'

const { group: _, ...externalId } = buildPassField('externalId')

const inputFields: PlainInputField[] = [
  { ...externalId, helpText: 'Your own ID that the pass was created with.' },
  {
    key: 'email',
    label: 'Email',
    type: 'string',
    helpText: 'Finds passes that were sent to this email address.',
  },
  {
    ...passDropdown,
    required: false,
    search: undefined,
    helpText: 'Choose a pass, or map a serial number.',
  },
]

/** Finds passes, newest first; finding none is no error. */
export const findPass = {
  key: 'find_pass',
  noun: 'Pass',
  display: {
    label: 'Find Pass',
    description:
      'Finds a pass by your own ID, by the email address it was sent to, or by its serial number.',
  },
  operation: {
    inputFields,
    perform,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}

interface SearchInput extends Record<string, unknown> {
  externalId?: string
  email?: string
  serialNumber?: string
}

async function perform(z: ZObject, bundle: Bundle) {
  const input = bundle.inputData as SearchInput
  if (!input.externalId && !input.email && !input.serialNumber) {
    throw new z.errors.Error(
      'Fill in Your Own ID, Email or Pass to search for a pass.',
      'nothing_asked',
      400,
    )
  }
  const found = await findPasses(z, bundle, input)
  // The service still returns deleted passes, but no other step can use them.
  return found.filter((pass) => pass.deletedAt === undefined).map((pass) => toPassOutput(z, pass))
}

async function findPasses(
  z: ZObject,
  bundle: Bundle,
  { externalId, email, serialNumber }: SearchInput,
): Promise<PassResource[]> {
  return callService(z, bundle, async (client) => {
    if (!serialNumber) {
      return (await client.listPasses({ limit: 20, ...omitEmpty({ externalId, email }) })).passes
    }
    return client.getPass(serialNumber).then(
      (pass) => [pass],
      (problem) => {
        if (problem.code === 'not_found') return []
        throw problem
      },
    )
  })
}

function omitEmpty(query: { externalId?: string | undefined; email?: string | undefined }) {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value))
}
