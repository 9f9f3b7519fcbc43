import { isEmpty, type ListQuery, trimBlanks } from '@passwright/shared'
import {
  type Bundle,
  defineInputFields,
  defineSearch,
  type InferInputData,
  type ZObject,
} from 'zapier-platform-core'
import { buildPassField } from '../input-fields.ts'
import { type PassResource, passFieldsWithId, passSample, toPassOutput } from '../pass-output.ts'
import { createHalt } from '../plain-error.ts'
import { callService } from '../transport.ts'
import { toPairs } from '../triggers/event-filters.ts'

const { placeholder = '', label = '' } = buildPassField('externalId')

const inputFields = defineInputFields([
  {
    key: 'externalId',
    label,
    type: 'string',
    placeholder,
    helpText: 'Your own ID that the pass was created with.',
  },
  {
    key: 'email',
    label: 'Email',
    type: 'string',
    helpText: 'Finds passes that were sent to this email address.',
  },
  {
    key: 'words',
    label: 'Words',
    type: 'string',
    placeholder: 'ada example',
    helpText:
      'Finds passes whose title, own ID, field values or email address have words that begin with these, such as the name of a person.',
  },
  {
    key: 'template',
    label: 'Template',
    type: 'string',
    dynamic: 'template_list.id.name',
    helpText: 'Finds passes that were created from this template.',
  },
  {
    key: 'metadata',
    label: 'Metadata',
    dict: true,
    helpText: 'Finds passes with all these values in their metadata.',
  },
  {
    key: 'serialNumber',
    label: 'Pass',
    type: 'string',
    dynamic: 'pass_list.id.label',
    helpText: 'Choose a pass, or map a serial number. The other inputs are then not used.',
  },
])

type SearchInput = InferInputData<typeof inputFields>

/** The labels of the inputs, by their parameter in the request. */
const labels = {
  externalId: 'Your Own ID',
  email: 'Email',
  q: 'Words',
  template: 'Template',
  metadata: 'Metadata',
}

/** Finds passes, newest first; finding none is no error. */
export const findPass = defineSearch({
  key: 'find_pass',
  noun: 'Pass',
  display: {
    label: 'Find Pass',
    description:
      'Finds a pass by your own ID, the email address it was sent to, words on it, its metadata or its serial number.',
  },
  operation: {
    inputFields,
    perform,
    outputFields: passFieldsWithId,
    sample: passSample,
  },
})

async function perform(z: ZObject, bundle: Bundle<SearchInput>) {
  const { serialNumber } = bundle.inputData
  const query = readQuery(bundle.inputData)
  if (isEmpty(serialNumber) && Object.keys(query).length === 0) {
    throw createHalt(
      z,
      'There is nothing to search for: fill in Your Own ID, Email, Words, Template, Metadata or Pass. What you mapped there is empty in this run.',
    )
  }
  const found = isEmpty(serialNumber)
    ? await listPasses(z, bundle, query)
    : await findBySerialNumber(z, bundle, trimBlanks(String(serialNumber)))
  return found.map((pass) => toPassOutput(z, pass))
}

/** Reads the filters that are filled in. */
function readQuery({ externalId, email, words, template, metadata }: SearchInput): ListQuery {
  const texts = Object.entries({ externalId, email, q: words, template })
    .filter(([, value]) => !isEmpty(value))
    .map(([key, value]) => [key, trimBlanks(String(value))])
  const pairs = toPairs(metadata)
  return {
    ...Object.fromEntries(texts),
    ...(pairs.length > 0 && { metadata: Object.fromEntries(pairs) }),
  }
}

/** Deleted passes are left out, since no other step can use them. */
function listPasses(z: ZObject, bundle: Bundle, query: ListQuery): Promise<PassResource[]> {
  return callService(
    z,
    bundle,
    async (client) => (await client.listPasses({ limit: 20, deleted: false, ...query })).passes,
    labels,
  )
}

function findBySerialNumber(
  z: ZObject,
  bundle: Bundle,
  serialNumber: string,
): Promise<PassResource[]> {
  return callService(z, bundle, (client) =>
    client.getPass(serialNumber).then(
      (pass) => (pass.deletedAt === undefined ? [pass] : []),
      (problem) => {
        if (problem.code === 'not_found') return []
        throw problem
      },
    ),
  )
}
