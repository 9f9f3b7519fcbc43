// A copy of shared/src/portable/field.ts, made by "npm run sync": change it there.

/** How a field is asked for; `assemble` and each form have one row per kind. */
export type Kind =
  | 'text'
  | 'longText'
  | 'textOrNumber'
  | 'choice'
  | 'choices'
  | 'color'
  | 'image'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'instant'
  | 'object'
  | 'list'
  | 'pairs'

/** The heading under which a form shows a field. */
export type Group =
  | 'basics'
  | 'look'
  | 'fields'
  | 'barcode'
  | 'whenAndWhere'
  | 'email'
  | 'reference'

/** What a plan must allow before a field may be used. */
export type Capability = 'branding' | 'locations'

/** One thing that can be said about a pass: the words for people and its place in the request. */
export interface Field {
  /** Its name in a flat set of answers. */
  key: string
  /** Where it stands in the request JSON. */
  path: string
  kind: Kind
  group: Group
  label: string
  help: string
  sample: unknown
  /** Must be given to `POST /api/pkpass`. */
  required?: true
  choices?: readonly string[]
  /** What an `object`, or each entry of a `list`, asks for. */
  items?: readonly ItemField[]
  needs?: Capability
}

/** A field inside an object or an entry of a list. */
export type ItemField = Pick<
  Field,
  'key' | 'path' | 'kind' | 'label' | 'help' | 'sample' | 'choices'
>
