import type { TemplateSummary } from '@passwright/shared'
import { button, element } from '../../browser/dom.ts'
import { listInputs } from './draft/draft.ts'
import type { Editing, RunAction } from './make-panel.ts'
import type { Words } from './words/words.ts'

/** Builds what is done with the templates of a key: saving, opening, making their passes anew. */
export function buildTemplateTools({
  run,
  words,
  editing,
}: {
  run: RunAction
  words: Words
  editing: Editing
}): HTMLElement {
  const name = element('input', { id: 'template-name', type: 'text', autocomplete: 'off' })
  const choices = element('div', {
    class: 'chips',
    role: 'group',
    'aria-label': words.openTemplate,
  })

  const showStored = () => {
    const stored = editing.getDraft().template
    save.textContent = stored ? words.updateTemplate : words.saveTemplate
    apply.hidden = !stored
    if (stored) name.value = stored.name
  }
  const save = button(words.saveTemplate, () =>
    run(async (client) => {
      const draft = editing.getDraft()
      const body = {
        name: name.value.trim(),
        pass: editing.read().template,
        inputs: listInputs(draft),
      }
      const saved = draft.template
        ? await client.updateTemplate(draft.template.templateId, {
            ...body,
            version: draft.template.version,
          })
        : await client.createTemplate(body)
      draft.template = saved
      showStored()
      return `${words.saved}: ${saved.name}, ${saved.version}.`
    }),
  )
  const apply = button(words.applyTemplate, () =>
    run(async (client) => {
      const { templateId } = editing.getDraft().template ?? { templateId: '' }
      const { rollout } = await client.applyTemplate(templateId)
      return `${words.applied} ${rollout.total}.`
    }),
  )
  const openOne = ({ templateId }: TemplateSummary) =>
    run(async (client) => {
      const template = await client.getTemplate(templateId)
      editing.open(
        { ...template, inputs: template.inputs.map((input) => ({ ...input })) },
        template,
      )
      showStored()
      return `${words.opened}: ${template.name}.`
    })
  const list = button(words.openTemplate, () =>
    run(async (client) => {
      const { templates } = await client.listTemplates()
      choices.replaceChildren(
        ...templates.map((template) => button(template.name, () => openOne(template))),
      )
      const [first] = choices.children
      if (first instanceof HTMLElement) first.focus()
      return templates.length === 0 ? words.noTemplates : ''
    }),
  )
  showStored()
  return element(
    'div',
    { class: 'templates' },
    element('label', { class: 'name', for: 'template-name' }, words.templateName),
    element('div', { class: 'row' }, name, save),
    element('div', { class: 'row' }, list, apply),
    choices,
  )
}
