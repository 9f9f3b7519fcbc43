import { isObject } from '@passwright/shared'
import type { GoogleObject } from './object.ts'

/** A tree of the names that a PATCH takes away where a new object does not have them. */
interface Owned {
  readonly [name: string]: Owned
}

const leaf: Owned = {}
const localized: Owned = { defaultValue: leaf, translatedValues: leaf }
const image: Owned = { sourceUri: leaf, contentDescription: localized }

/** Everything that we fill. What Google or others fill, such as messages, is not touched. */
const owned: Owned = {
  classId: leaf,
  state: leaf,
  genericType: leaf,
  cardTitle: localized,
  header: localized,
  subheader: localized,
  hexBackgroundColor: leaf,
  logo: image,
  wideLogo: image,
  heroImage: image,
  imageModulesData: leaf,
  barcode: { type: leaf, value: leaf, alternateText: leaf, renderEncoding: leaf },
  textModulesData: leaf,
  linksModuleData: { uris: leaf },
  validTimeInterval: { end: leaf },
  merchantLocations: leaf,
  groupingInfo: { groupingId: leaf },
}

/** The body of a PATCH that makes Google's object this one: what is absent is null. */
export function toPatch(object: GoogleObject): Record<string, unknown> {
  const { id: _, ...content } = object
  const filled = fill(content, owned)
  // A deleted pass says nothing, and neither do its messages.
  return object.state === 'EXPIRED' ? { ...filled, messages: [] } : filled
}

/** The body of an insertion: what is absent is left out. */
export function toInsertion(object: GoogleObject): Record<string, unknown> {
  return JSON.parse(JSON.stringify(object))
}

function fill(value: Record<string, unknown>, names: Owned): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(names).map(([name, inner]) => {
      const part = value[name]
      const isNested = isObject(part) && Object.keys(inner).length > 0
      return [name, isNested ? fill(part, inner) : (part ?? null)]
    }),
  )
}
