import { emailItems, findField } from '@passwright/shared'

/** Finds the sample for the path of an issue and returns it as JSON; undefined for what is no field of a pass. */
export function findSample(path: readonly PropertyKey[] = []): string | undefined {
  const [name = '', inner] = path.filter((key) => typeof key === 'string')
  const field = findField(name)
  const row =
    inner === undefined
      ? (field ?? emailItems.find((item) => item.path === name))
      : field?.items?.find((item) => item.path === inner)
  const isEntry = typeof path.at(-1) === 'number'
  const sample = isEntry && Array.isArray(row?.sample) ? row.sample[0] : row?.sample
  // Only emails fill in placeholders, and a message for the lock screen has the same name.
  const isEmailText = typeof sample === 'string' && sample.includes('{{')
  return isEmailText ? undefined : JSON.stringify(sample)
}
