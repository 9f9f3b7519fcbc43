import { button, element } from '../../../browser/dom.ts'
import type { Words } from '../words/words.ts'
import { buildN8nWorkflow } from './n8n-workflow.ts'
import { buildSnippets } from './snippets.ts'
import { buildTabs } from './tabs.ts'
import { listZapierRows } from './zapier-fields.ts'

/** The same pass in the places where people build. */
export interface SnippetPanel {
  /** `request` has samples in place of placeholders, `template` the placeholders. */
  show(request: Record<string, unknown>, template: Record<string, unknown>): void
}

/** Creates the panel: a tab for each place, with a button that copies. */
export function createSnippetPanel(
  container: HTMLElement,
  serviceUrl: string,
  words: Words,
): SnippetPanel {
  const codes = new Map(['curl', 'javascript', 'python', 'n8n'].map((id) => [id, buildCode(words)]))
  const rows = element('tbody')
  const note = element('p', { class: 'help', hidden: true }, words.withInputs)
  const toPanel = (id: string, ...more: HTMLElement[]) =>
    element('div', {}, ...more, codes.get(id)?.element)
  container.replaceChildren(
    element('h2', { id: 'snippets-title' }, words.snippets),
    note,
    buildTabs(words.snippets, [
      { id: 'curl', title: 'curl', panel: toPanel('curl') },
      { id: 'javascript', title: 'JavaScript', panel: toPanel('javascript') },
      { id: 'python', title: 'Python', panel: toPanel('python') },
      {
        id: 'n8n',
        title: 'n8n',
        panel: toPanel('n8n', element('p', { class: 'help' }, words.n8nHelp)),
      },
      { id: 'zapier', title: 'Zapier', panel: buildZapierPanel(rows, words) },
    ]),
  )
  return {
    show(request, template) {
      for (const { id, text } of buildSnippets(request, serviceUrl)) codes.get(id)?.show(text)
      codes.get('n8n')?.show(buildN8nWorkflow(template))
      rows.replaceChildren(
        ...listZapierRows(request).map(({ label, value }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, label),
            element('td', {}, element('span', { class: 'long' }, value)),
            element(
              'td',
              {},
              buildCopyButton(() => value, words, label),
            ),
          ),
        ),
      )
      note.hidden = JSON.stringify(request) === JSON.stringify(template)
    },
  }
}

function buildZapierPanel(rows: HTMLElement, words: Words): HTMLElement {
  const head = [words.field, words.value, words.copy].map((name) =>
    element('th', { scope: 'col' }, name),
  )
  return element(
    'div',
    {},
    element('p', { class: 'help' }, words.zapierHelp),
    element(
      'div',
      { class: 'table', tabindex: 0, role: 'group', 'aria-label': 'Zapier' },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), rows),
    ),
  )
}

function buildCode(words: Words) {
  const code = element('code')
  let shown = ''
  const pre = element('pre', { tabindex: 0 }, code)
  const copy = buildCopyButton(() => shown, words, undefined)
  return {
    element: element('div', { class: 'snippet' }, copy, pre),
    show(text: string) {
      if (text === shown) return
      shown = text
      code.replaceChildren(...splitPictures(text))
    },
  }
}

/** The text of an embedded picture is there to be copied, but only its beginning is shown. */
function splitPictures(text: string): (string | HTMLElement)[] {
  return text
    .split(/(data:image\/[\w.+-]+;base64,[\w+/=]{40,})/)
    .map((part, index) => (index % 2 === 0 ? part : element('span', { class: 'long' }, part)))
}

function buildCopyButton(getText: () => string, words: Words, name: string | undefined) {
  const attributes = {
    class: 'copy',
    'aria-label': name === undefined ? undefined : `${words.copy}: ${name}`,
  }
  const copy = button(
    words.copy,
    async () => {
      await navigator.clipboard.writeText(getText())
      copy.textContent = words.copied
      setTimeout(() => {
        copy.textContent = words.copy
      }, 2000)
    },
    attributes,
  )
  return copy
}
