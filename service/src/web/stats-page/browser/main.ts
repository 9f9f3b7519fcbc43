import { type Client, createClient, type StatsQuery } from '@passwright/shared'
import { element, getElement } from '../../browser/dom.ts'
import { getLanguage, getRoot } from '../../browser/page.ts'
import { saveFile } from '../../browser/save-file.ts'
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
  const shownKey = readKey()
  if (shownKey === '') {
    say(words.needsKey)
    key?.focus()
    return
  }
  asked += 1
  const question = asked
  // What is saved later belongs to the figures beside it, whatever the fields say by then.
  const client = createClient(createSend(root, () => shownKey))
  say(words.working)
  try {
    await listTemplates(client, shownKey)
    const period = readPeriod()
    const chosen = template?.value ? { template: template.value } : {}
    const query = { by: period, ...chosen }
    const stats = await client.getStats(query)
    if (question !== asked) return
    const onSave = () => void save(client, query)
    showFigures(figures, stats, { by: period, language, words, onSave })
    say(words.shown)
  } catch (error) {
    if (question !== asked) return
    figures.replaceChildren()
    showError(status, error, words)
  }
}

async function save(client: Client<Blob>, query: StatsQuery): Promise<void> {
  say(words.working)
  try {
    saveFile(await client.getStatsFile(query), 'passwright-stats.csv')
    say(words.saved)
  } catch (error) {
    showError(status, error, words)
  }
}

/** Lists the templates of a key, once; a key that may not see them has all passes together. */
async function listTemplates(client: Client<Blob>, ownKey: string): Promise<void> {
  if (listedFor === ownKey || !template) return
  listedFor = ownKey
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
