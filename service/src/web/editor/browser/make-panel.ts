import { type Client, createClient, Problem, toPassFileName } from '@passwright/shared'
import { button, element } from '../../browser/dom.ts'
import { saveFile } from '../../browser/save-file.ts'
import { createSend } from '../../browser/send.ts'
import { showError } from '../../browser/show-error.ts'
import type { Draft, ReadDraft, TemplateBody } from './draft/draft.ts'
import { buildTemplateTools } from './template-tools.ts'
import type { Words } from './words/words.ts'

/** What the panel works with. */
export interface Editing {
  getDraft(): Draft
  read(): ReadDraft
  open(template: TemplateBody, stored?: Draft['template']): void
  showProblem(problem: Problem): void
}

/** What runs an action of the panel, says how it went, and keeps others from starting meanwhile. */
export type RunAction = (action: (client: Client<Blob>) => Promise<string>) => Promise<void>

/** Builds what is done with a key: the real file, an email with it, templates. The key stays in memory. */
export function buildMakePanel(
  container: HTMLElement,
  root: string,
  words: Words,
  editing: Editing,
) {
  const key = element('input', {
    id: 'key',
    // A password would be offered to the browser's store.
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'pw_live_…',
    'aria-describedby': 'key-help',
  })
  const status = element('p', { class: 'status', role: 'status' })
  const client = createClient(createSend(root, () => key.value.trim()))
  const run: RunAction = async (action) => {
    status.removeAttribute('lang')
    if (key.value.trim() === '') {
      status.textContent = words.needsKey
      key.focus()
      return
    }
    status.textContent = words.working
    container.setAttribute('aria-busy', 'true')
    try {
      status.textContent = await action(client)
    } catch (error) {
      if (error instanceof Problem) editing.showProblem(error)
      showError(status, error, words)
    } finally {
      container.removeAttribute('aria-busy')
    }
  }
  const download = () =>
    run(async (client) => {
      const { request } = editing.read()
      const file = await client.createPassFile(request, crypto.randomUUID?.())
      saveFile(file, toPassFileName(String(request.title ?? request.logoText ?? 'pass')))
      return words.made
    })
  const to = element('input', { id: 'mail-to', type: 'email', autocomplete: 'email' })
  const mail = () =>
    run(async (client) => {
      const address = to.value.trim()
      await client.createPass({ ...editing.read().request, email: { to: address } })
      return `${words.mailed} ${address}.`
    })

  container.replaceChildren(
    element('h2', {}, words.make),
    element('label', { class: 'name', for: 'key' }, words.key),
    key,
    element('p', { class: 'help', id: 'key-help' }, words.keyHelp),
    element('div', { class: 'row' }, button(words.download, download, { class: 'primary' })),
    element('label', { class: 'name', for: 'mail-to' }, words.to),
    element('div', { class: 'row' }, to, button(words.mail, mail)),
    buildTemplateTools({ run, words, editing }),
    status,
  )
}
