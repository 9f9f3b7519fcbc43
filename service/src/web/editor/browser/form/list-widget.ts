import { type FormValues, type ItemField, isObject } from '@passwright/shared'
import { button, element } from '../../../browser/dom.ts'
import { describeField } from '../words/field-words.ts'
import { buildField, type Place, setValue, smallButton } from './widgets.ts'

/** The items that are always visible; the others are folded. */
const visibleItems: readonly string[] = [
  'label',
  'value',
  'latitude',
  'longitude',
  'relevantText',
  'date',
  'startDate',
  'endDate',
  'proximityUUID',
  'major',
  'minor',
]

const MAX_ENTRIES = 10

/** A list of entries, each with the items of the field; entries can be added, moved and removed. */
export function buildList(place: Place): HTMLElement {
  const { field, language } = place
  const items = ('items' in field && field.items) || []
  return buildEntries(place, items, (item) => describeField(item, language, field.key))
}

/** Pairs of a name and a value. */
export function buildPairs(place: Place): HTMLElement {
  const { words } = place
  const items: ItemField[] = [
    { key: 'key', path: 'key', kind: 'text', label: words.pairName, help: '', sample: '' },
    { key: 'value', path: 'value', kind: 'text', label: words.pairValue, help: '', sample: '' },
  ]
  return buildEntries(place, items, ({ label, help }) => ({ label, help }), ['key', 'value'])
}

function buildEntries(
  place: Place,
  items: readonly ItemField[],
  describe: (item: ItemField) => { label: string; help: string },
  visible = visibleItems,
): HTMLElement {
  const { values, field, words, id, label } = place
  const container = element('div', { class: 'entries' })
  const [first] = items.filter(({ key }) => visible.includes(key))
  const read = (): FormValues[] => {
    const value = values[field.key]
    return Array.isArray(value) ? value.filter(isObject) : []
  }
  const change = (entries: FormValues[], focusId: string) => {
    setValue(place, entries.length === 0 ? '' : entries)
    show()
    document.getElementById(focusId)?.focus()
  }
  const move = (from: number, to: number) => {
    const entries = read()
    const [moved] = entries.splice(from, 1)
    if (moved) entries.splice(to, 0, moved)
    change(entries, `${id}-${to}-${first?.key ?? ''}`)
  }

  const buildEntry = (entry: FormValues, index: number, count: number) => {
    const name = `${label} ${index + 1}`
    const build = (item: ItemField) => {
      const itemId = `${id}-${index}-${item.key}`
      const described = describe(item)
      return buildField(
        {
          ...place,
          field: item,
          values: entry,
          path: `${place.path}[${index}].${item.path}`,
          id: itemId,
          describedBy: `${itemId}-help ${itemId}-issue`,
          label: described.label,
          onChange: place.onChange,
        },
        described.help,
      )
    }
    const shown = items.filter(({ key }) => visible.includes(key))
    const folded = items.filter(({ key }) => !visible.includes(key))
    const remove = smallButton('×', `${words.remove}: ${name}`, () =>
      change(read().toSpliced(index, 1), `${id}-add`),
    )
    const up = smallButton('↑', `${words.moveUp}: ${name}`, () => move(index, index - 1))
    const down = smallButton('↓', `${words.moveDown}: ${name}`, () => move(index, index + 1))
    up.disabled = index === 0
    down.disabled = index === count - 1
    return element(
      'div',
      { class: 'entry', role: 'group', 'aria-label': name, 'data-path': `${place.path}[${index}]` },
      element('div', { class: 'pair' }, ...shown.map(build)),
      element('div', { class: 'tools' }, up, down, remove),
      folded.length === 0
        ? undefined
        : element('details', {}, element('summary', {}, words.more), ...folded.map(build)),
    )
  }

  const show = () => {
    const entries = read()
    // The controls write into these objects.
    if (entries.length > 0) values[field.key] = entries
    const add = button(
      `+ ${words.add}`,
      () => change([...read(), {}], `${id}-${entries.length}-${first?.key ?? ''}`),
      { class: 'add', id: `${id}-add`, 'aria-label': `${words.add}: ${label}` },
    )
    add.disabled = entries.length >= MAX_ENTRIES
    container.replaceChildren(
      ...entries.map((entry, index) => buildEntry(entry, index, entries.length)),
      add,
    )
  }
  show()
  return container
}
