import { element } from '../../../browser/dom.ts'
import type { Words } from '../words/words.ts'
import type { Input } from './placeholders.ts'

const types = ['text', 'number', 'date', 'choice', 'image', 'email'] as const

/** The placeholders of a pass: what each is called, its type and its sample. */
export interface InputsPanel {
  show(inputs: readonly Input[]): void
}

/** Creates the panel; it is hidden while there are no placeholders, and changes the inputs it is shown. */
export function createInputsPanel(
  container: HTMLElement,
  words: Words,
  onChange: () => void,
): InputsPanel {
  let shown = ''
  return {
    show(inputs) {
      container.hidden = inputs.length === 0
      // While somebody types in it, it stays as it is.
      const keys = inputs.map(({ key }) => key).join('\n')
      if (keys === shown) return
      shown = keys
      container.replaceChildren(
        element('h3', {}, words.inputs),
        element('p', { class: 'help' }, words.inputsHelp),
        ...inputs.map((input) => buildRow(input, words, onChange)),
      )
    },
  }
}

function buildRow(input: Input, words: Words, onChange: () => void): HTMLElement {
  const label = buildText(words.label, input.label, (value) => {
    if (value === '') delete input.label
    else input.label = value
    onChange()
  })
  const sample = buildText(words.sample, input.sample, (value) => {
    if (value === '') delete input.sample
    else input.sample = value
    onChange()
  })
  const select = element(
    'select',
    {},
    ...types.map((type) => element('option', { value: type }, words.inputTypes[type])),
  )
  select.value = input.type ?? 'text'
  select.addEventListener('change', () => {
    input.type = types.find((type) => type === select.value) ?? 'text'
    onChange()
  })
  const type = element('label', {}, element('span', { class: 'name' }, words.type), select)
  return element(
    'fieldset',
    { class: 'input-row' },
    element('legend', {}, element('code', {}, `{{${input.key}}}`)),
    label,
    type,
    sample,
  )
}

function buildText(name: string, value: unknown, onInput: (value: string) => void): HTMLElement {
  const input = element('input', { type: 'text', autocomplete: 'off' })
  input.value = value === undefined ? '' : String(value)
  input.addEventListener('input', () => onInput(input.value))
  return element('label', {}, element('span', { class: 'name' }, name), input)
}
