import { button, element } from '../../../browser/dom.ts'
import type { Words } from '../words/words.ts'
import type { TemplateBody } from './draft.ts'

/** Builds the ready templates as buttons; pressing one opens it in the form. */
export function createStarterMenu(
  container: HTMLElement,
  templates: readonly TemplateBody[],
  { words, toName }: { words: Words; toName: (name: string) => string },
  open: (template: TemplateBody) => void,
): void {
  const buttons = templates.map((template, index) => {
    const each = button(
      toName(template.name),
      () => {
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === each))
        open(template)
      },
      { 'aria-pressed': String(index === 0) },
    )
    return each
  })
  container.replaceChildren(
    element('p', { class: 'name', id: 'starters-name' }, words.start),
    element(
      'div',
      { class: 'chips', role: 'group', 'aria-labelledby': 'starters-name' },
      ...buttons,
    ),
  )
}
