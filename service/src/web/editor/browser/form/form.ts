import { type Field, type FormGroup, type FormValues, fields } from '@passwright/shared'
import { element } from '../../../browser/dom.ts'
import type { Language } from '../../../browser/page.ts'
import { describeField } from '../words/field-words.ts'
import type { Words } from '../words/words.ts'
import { buildField } from './widgets.ts'

export interface FormOptions {
  language: Language
  words: Words
  onChange: () => void
}

/** The sections in their order; those that most passes need are open. */
const sections: { group: FormGroup; isOpen: boolean }[] = [
  { group: 'basics', isOpen: true },
  { group: 'look', isOpen: true },
  { group: 'barcode', isOpen: true },
  { group: 'fields', isOpen: false },
  { group: 'images', isOpen: false },
  { group: 'whenAndWhere', isOpen: false },
  { group: 'apple', isOpen: false },
  { group: 'reference', isOpen: false },
]

/** The language of the pass is part of its look here, since the form has no email. */
const findGroup = ({ key, group }: Field): FormGroup => (key === 'locale' ? 'look' : group)

/** The form of a pass, built from the table of fields. */
export interface Form {
  /** Shows these values, which its controls change from now on. */
  load(values: FormValues): void
  /** Shows only what the style has. */
  showForStyle(): void
}

/** Builds the form inside a container. */
export function createForm(container: HTMLElement, options: FormOptions): Form {
  const { language, words, onChange } = options
  let current: FormValues = {}

  const build = (field: Field): HTMLElement => {
    const id = `f-${field.key}`
    const { label, help } = describeField(field, language)
    return buildField(
      {
        field,
        values: current,
        path: field.path,
        id,
        describedBy: `${id}-help ${id}-issue`,
        label,
        language,
        words,
        onChange,
      },
      help,
    )
  }
  const buildSection = ({ group, isOpen }: (typeof sections)[number]) => {
    const inside = fields.filter((field) => findGroup(field) === group)
    const isFilled = inside.some(({ key }) => current[key] !== undefined)
    return element(
      'details',
      { class: 'section', open: isOpen || isFilled, 'data-group': group },
      element(
        'summary',
        {},
        element('h3', {}, words.groups[group]),
        element('span', { class: 'badge', hidden: true }),
      ),
      element('div', { class: 'fields' }, ...inside.map(build)),
    )
  }
  const showForStyle = () => {
    const style = String(current.style ?? 'generic')
    for (const { path, styles, key } of fields) {
      if (styles === undefined) continue
      const isShown = styles.includes(style) || current[key] !== undefined || isStrip(key, style)
      const found = container.querySelector(`[data-path="${path}"]`)
      if (found instanceof HTMLElement) found.hidden = !isShown
    }
  }
  return {
    load(values) {
      current = values
      container.replaceChildren(...sections.map(buildSection))
      showForStyle()
    },
    showForStyle,
  }
}

/** A strip makes a generic pass a store card. */
function isStrip(key: string, style: string): boolean {
  return key === 'stripURL' && style === 'generic'
}
