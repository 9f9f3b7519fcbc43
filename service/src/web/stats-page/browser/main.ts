import { createClient } from '@passwright/shared'
import { element, getElement } from '../../browser/dom.ts'
import { getLanguage, getRoot } from '../../browser/page.ts'
import { createSend } from '../../browser/send.ts'
import { showError } from '../../browser/show-error.ts'
import { showFigures } from './figures.ts'
import { getWords } from './words.ts'

const language = getLanguage()
const words = getWords(language)
const root = getRoot()

const [key, by, template] = ['key', 'by', 'template'].map(getControl)
const status = getElement('status')
const figures = getElement('figures')
const client = createClient(createSend(root, readKey))

/** The key whose templates can be chosen. */
let listedFor = ''
/** A reply that comes after a later question is not shown. */
let asked = 0

getElement('ask').addEventListener('submit', (event) => {
  event.preventDefault()
  void show()
})
for (const select of [by, template]) {
  select?.addEventListener('change', () => {
    if (figures.childElementCount > 0) void show()
  })
}

async function show(): Promise<void> {
  if (readKey() === '') {
    say(words.needsKey)
    key?.focus()
    return
  }
  asked += 1
  const question = asked
  say(words.working)
  try {
    await listTemplates()
    const period = readPeriod()
    const chosen = template?.value ? { template: template.value } : {}
    const stats = await client.getStats({ by: period, ...chosen })
    if (question !== asked) return
    showFigures(figures, stats, { by: period, language, words })
    say(words.shown)
  } catch (error) {
    if (question !== asked) return
    figures.replaceChildren()
    showError(status, error, words)
  }
}

/** Lists the templates of a key, once; a key that may not see them has all passes together. */
async function listTemplates(): Promise<void> {
  if (listedFor === readKey() || !template) return
  listedFor = readKey()
  const { templates } = await client.listTemplates().catch(() => ({ templates: [] }))
  template.replaceChildren(
    ...[...template.children].slice(0, 1),
    ...templates.map(({ templateId, name }) => element('option', { value: templateId }, name)),
  )
}

function readPeriod() {
  return (['day', 'week', 'month'] as const).find((each) => each === by?.value) ?? 'week'
}

function readKey(): string {
  return key?.value.trim() ?? ''
}

function say(text: string): void {
  status.removeAttribute('lang')
  status.textContent = text
}

function getControl(id: string): HTMLInputElement | HTMLSelectElement {
  const control = getElement(id)
  if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) return control
  throw new Error(`#${id} is no control`)
}
