// A copy of shared/src/portable/fields/field.ts, made by "npm run sync": change it there.

/** How a form asks for a field; `assemble` and every form have one row per kind. */
export type FieldKind =
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
  /** A value in a shape of Apple's own, as JSON. */
  | 'json'

/** The section of a form that shows a field. */
export type FormGroup =
  | 'basics'
  | 'look'
  | 'images'
  | 'fields'
  | 'barcode'
  | 'whenAndWhere'
  | 'apple'
  | 'email'
  | 'reference'

/** A feature that a plan must include before a field may be used. */
export type PlanFeature = 'branding' | 'locations' | 'emailTexts'

/** One field of a pass: how forms and documentation show it, and its property in the request. */
export interface Field {
  /** Its name in the flat values of a form. */
  key: string
  /** Its property in the request JSON. */
  path: string
  kind: FieldKind
  group: FormGroup
  label: string
  help: string
  sample: unknown
  /** Required by `POST /api/pkpass`. */
  required?: true
  choices?: readonly string[]
  /** An empty text is a value here; any other optional field given as `""` is not given. */
  keepsEmpty?: true
  /** A text that is compared or looked up: blanks around it do not count. */
  isExact?: true
  /** A day alone means its end, as for an expiration; it means its beginning where this is absent. */
  dayMeansEnd?: true
  /** A day alone stays one: it is the same day everywhere, such as a birthday. */
  keepsDay?: true
  /** The field beside it without which it says nothing, such as a barcode's value for its format. */
  needs?: string
  /** What Apple writes before each choice, such as `PKTransitType`; it may be left out. */
  choicePrefix?: string
  /** Anything may be inside, also `null`, which stays. */
  keepsNull?: true
  /** The iOS version that first shows it; every version does when absent. */
  since?: number
  /** An entry of a list in which this is empty is left out. */
  makesEntry?: true
  /** The fields inside an `object`, or inside each entry of a `list`. */
  items?: readonly ItemField[]
  requiredFeature?: PlanFeature
  /** The styles that show it; all when absent. */
  styles?: readonly string[]
}

/** A field inside an object or an entry of a list. */
export type ItemField = Pick<
  Field,
  | 'key'
  | 'path'
  | 'kind'
  | 'label'
  | 'help'
  | 'sample'
  | 'choices'
  | 'keepsEmpty'
  | 'isExact'
  | 'requiredFeature'
  | 'dayMeansEnd'
  | 'keepsDay'
  | 'needs'
  | 'makesEntry'
  | 'since'
>
