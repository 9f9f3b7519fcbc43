import type { Bundle, PlainInputField, ZObject } from 'zapier-platform-core'
import { passField } from '../input-fields.ts'
import { passChoice } from '../pass-choice.ts'
import { passFieldsWithId, passOutput, passSample, type ToldPass } from '../pass-output.ts'
import { passwright } from '../transport.ts'

const { group: _, ...externalId } = passField('externalId')

const inputFields: PlainInputField[] = [
  { ...externalId, helpText: 'The ID of your own that the pass was created with.' },
  {
    key: 'email',
    label: 'Email',
    type: 'string',
    helpText: 'Finds passes that were mailed to this address.',
  },
  {
    ...passChoice,
    required: false,
    search: undefined,
    helpText: 'Choose a pass, or map a serial number.',
  },
]

/** The newest pass that fits; nothing found is no error. */
export const findPass = {
  key: 'find_pass',
  noun: 'Pass',
  display: {
    label: 'Find Pass',
    description:
      'Finds a pass by your own ID, by the address it was mailed to, or by its serial number.',
  },
  operation: {
    inputFields,
    perform,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
}

interface Wanted extends Record<string, unknown> {
  externalId?: string
  email?: string
  serialNumber?: string
}

async function perform(z: ZObject, bundle: Bundle) {
  const wanted = bundle.inputData as Wanted
  if (!wanted.externalId && !wanted.email && !wanted.serialNumber) {
    throw new z.errors.Error(
      'Fill in your own ID, an email or a pass to search for.',
      'nothing_asked',
      400,
    )
  }
  const found = await find(z, bundle, wanted)
  // A deleted pass is told of for a while, but nothing can be done with it.
  return found.filter((pass) => pass.deletedAt === undefined).map((pass) => passOutput(z, pass))
}

async function find(z: ZObject, bundle: Bundle, wanted: Wanted): Promise<ToldPass[]> {
  const { externalId, email, serialNumber } = wanted
  return passwright(z, bundle, async (client) => {
    if (!serialNumber) {
      return (await client.listPasses({ limit: 20, ...filled({ externalId, email }) })).passes
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

function filled(query: { externalId?: string | undefined; email?: string | undefined }) {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value))
}
