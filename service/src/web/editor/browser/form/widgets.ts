import type { Field, FieldKind, FormValues, ItemField } from '@passwright/shared'
import { button, element } from '../../../browser/dom.ts'
import type { Language } from '../../../browser/page.ts'
import { describeChoice } from '../words/field-words.ts'
import type { Words } from '../words/words.ts'
import { buildImage } from './image-widget.ts'
import { buildList, buildPairs } from './list-widget.ts'

/** Where a control stands: what it edits, its id, and whom it tells of a change. */
export interface Place {
  field: Field | ItemField
  /** The values beside it; the control reads and writes its own key. */
  values: FormValues
  path: string
  id: string
  /** The ids of its help and its issue. */
  describedBy: string
  label: string
  language: Language
  words: Words
  onChange: () => void
}

type Build = (place: Place) => HTMLElement

/** The control of each kind of field. */
const widgets: Record<FieldKind, Build> = {
  text: buildInput,
  longText: buildTextArea,
  textOrNumber: buildInput,
  choice: (place) =>
    buildSelect(
      place,
      (place.field.choices ?? []).map((choice) => [choice, describeChoice(choice, place.language)]),
    ),
  choices: buildCheckboxes,
  color: buildColor,
  image: buildImage,
  integer: (place) => buildInput(place, { inputmode: 'numeric' }),
  number: (place) => buildInput(place, { inputmode: 'decimal' }),
  boolean: (place) =>
    buildSelect(place, [
      ['true', place.words.yes],
      ['false', place.words.no],
    ]),
  instant: buildInput,
  object: () => element('div'),
  list: buildList,
  pairs: buildPairs,
  json: buildTextArea,
}

/** The kinds whose control is a group with a name, instead of one input with a label. */
const groupKinds: ReadonlySet<FieldKind> = new Set(['list', 'pairs', 'choices', 'image'])

/** Builds a field: its label, its control, its help, and the place for what is wrong with it. */
export function buildField(place: Place, help: string): HTMLElement {
  const { id, path, label, field } = place
  const isGroup = groupKinds.has(field.kind)
  const control = widgets[field.kind](place)
  const title = isGroup
    ? element('p', { class: 'name', id: `${id}-name` }, label)
    : element('label', { class: 'name', for: id }, label)
  return element(
    'div',
    {
      class: `field kind-${field.kind}`,
      'data-path': path,
      ...(isGroup
        ? {
            role: 'group',
            'aria-labelledby': `${id}-name`,
            'aria-describedby': place.describedBy,
          }
        : {}),
    },
    title,
    control,
    element('p', { class: 'help', id: `${id}-help` }, help),
    element('p', { class: 'issue', id: `${id}-issue`, 'data-issue': path, hidden: true }),
  )
}

/** Writes a value and tells of it; an empty one is not given. */
export function setValue({ field, values, onChange }: Place, value: unknown): void {
  if (value === '' && !('keepsEmpty' in field && field.keepsEmpty)) delete values[field.key]
  else values[field.key] = value
  onChange()
}

function toText(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}

function buildInput(place: Place, attributes: Record<string, string> = {}): HTMLElement {
  const { id, field, values, describedBy } = place
  const placeholder = typeof field.sample === 'object' ? undefined : String(field.sample)
  const input = element('input', {
    id,
    type: 'text',
    autocomplete: 'off',
    placeholder,
    'aria-describedby': describedBy,
    ...attributes,
  })
  input.value = toText(values[field.key])
  input.addEventListener('input', () => setValue(place, input.value))
  return input
}

function buildTextArea(place: Place): HTMLElement {
  const { id, field, values, describedBy } = place
  const area = element('textarea', {
    id,
    rows: 3,
    spellcheck: field.kind === 'json' ? 'false' : undefined,
    placeholder: field.kind === 'json' ? JSON.stringify(field.sample) : String(field.sample),
    'aria-describedby': describedBy,
  })
  area.value = toText(values[field.key])
  area.addEventListener('input', () => setValue(place, area.value))
  return area
}

/** A value that is none of the choices, such as a placeholder, stays one more of them. */
function buildSelect(place: Place, choices: [value: string, label: string][]): HTMLElement {
  const { id, field, values, words, describedBy } = place
  const current = toText(values[field.key])
  const isKnown = current === '' || choices.some(([value]) => value === current)
  const all = [['', words.unset], ...choices, ...(isKnown ? [] : [[current, current]])]
  const select = element(
    'select',
    { id, 'aria-describedby': describedBy },
    ...all.map(([value = '', label = '']) => element('option', { value }, label)),
  )
  select.value = current
  select.addEventListener('change', () => setValue(place, select.value))
  return select
}

function buildCheckboxes(place: Place): HTMLElement {
  const { id, field, values, language } = place
  const chosen = new Set<unknown>([values[field.key] ?? []].flat())
  const boxes = (field.choices ?? []).map((choice) => {
    const box = element('input', { type: 'checkbox', id: `${id}-${choice}` })
    box.checked = chosen.has(choice)
    box.addEventListener('change', () => {
      if (box.checked) chosen.add(choice)
      else chosen.delete(choice)
      setValue(place, chosen.size > 0 ? [...chosen] : '')
    })
    return element('label', { class: 'check' }, box, describeChoice(choice, language))
  })
  return element('div', { class: 'checks' }, ...boxes)
}

const hex = /^#[\da-f]{6}$/i

/** A text, since a color may be a placeholder, or none; beside it the picker of the browser. */
function buildColor(place: Place): HTMLElement {
  const { label, words, field, values } = place
  const text = buildInput(place)
  const picker = element('input', { type: 'color', 'aria-label': `${label}: ${words.pickColor}` })
  const current = toText(values[field.key])
  picker.value = hex.test(current) ? current : String(field.sample)
  picker.addEventListener('input', () => {
    if (text instanceof HTMLInputElement) text.value = picker.value
    setValue(place, picker.value)
  })
  text.addEventListener('input', () => {
    const typed = toText(values[field.key])
    if (hex.test(typed)) picker.value = typed
  })
  return element('div', { class: 'row' }, picker, text)
}

/** A small button of a widget. */
export function smallButton(label: string, name: string, onPress: () => void): HTMLButtonElement {
  return button(label, onPress, { class: 'small', 'aria-label': name, title: name })
}
