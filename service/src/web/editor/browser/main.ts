import { isObject, type Problem } from '@passwright/shared'
import { createCardView } from './card-view.ts'
import { getElement } from './dom.ts'
import { type Draft, listInputs, openTemplate, readDraft, type TemplateBody } from './draft.ts'
import { createForm } from './form.ts'
import { germanTemplates } from './german.ts'
import { createGoogleView } from './google-view.ts'
import { createInputsPanel } from './inputs-panel.ts'
import { type Finding, showFindings } from './issues.ts'
import { buildMakePanel } from './make-panel.ts'
import { createPreview, type PreviewResult } from './preview.ts'
import { createSnippetPanel } from './snippet-panel.ts'
import { createStarterMenu } from './starter-menu.ts'
import { getWords, type Language } from './words.ts'

const page = getElement('editor')
const language: Language = document.documentElement.lang === 'de' ? 'de' : 'en'
const words = getWords(language)
/** The root of the service as the browser sees it, without the slash at its end. */
const root = new URL('.', document.baseURI).href.replace(/\/$/, '')

const formElement = getElement('form')
const findingList = getElement('findings')
const stage = getElement('stage')
const cardElement = getElement('card')
const cardStatus = getElement('card-status')

let draft: Draft = { values: {}, inputs: new Map(), extras: {} }

const form = createForm(formElement, { language, words, onChange: update })
const inputsPanel = createInputsPanel(getElement('inputs'), words, update)
const snippets = createSnippetPanel(getElement('snippets'), page.dataset.serviceUrl ?? root, words)
const card = createCardView(cardElement)
const googleCard = createGoogleView(stage, words)
const draw = createPreview(`${root}/preview`, showResult)

buildMakePanel(getElement('make'), root, words, {
  getDraft: () => draft,
  read: () => readDraft(draft),
  open: (template, stored) => open(template, stored),
  showProblem: ({ issues = [] }: Problem) =>
    showAll(issues.map((issue) => ({ ...issue, level: 'issue' as const }))),
})

function open(template: TemplateBody, stored?: Draft['template']): void {
  draft = { ...openTemplate(template), template: stored }
  form.load(draft.values)
  update()
}

/** What could not be read in the form, beside what the service says of the rest. */
let unread: Finding[] = []

function update(): void {
  form.showForStyle()
  inputsPanel.show(listInputs(draft))
  const { request, template, issues } = readDraft(draft)
  unread = issues.map((issue) => ({ ...issue, level: 'issue' }))
  snippets.show(request, withoutEmail(template))
  draw(request)
}

function withoutEmail({ email: _, ...others }: Record<string, unknown>): Record<string, unknown> {
  return others
}

function showResult(result: PreviewResult): void {
  stage.classList.toggle('stale', result.outcome !== 'drawn')
  cardStatus.textContent = messages[result.outcome]
  if (result.outcome === 'drawn') {
    card.show(result.html)
    if (result.googleHtml !== undefined) googleCard.show(result.googleHtml)
    showAll(result.warnings.map((warning) => ({ ...warning, level: 'warning' })))
  }
  if (result.outcome === 'invalid') {
    showAll(result.issues.map((issue) => ({ ...issue, level: 'issue' })))
  }
}

const messages: Record<PreviewResult['outcome'], string> = {
  drawn: '',
  invalid: words.issues,
  busy: words.slow,
  failed: words.drawing,
}

function showAll(findings: readonly Finding[]): void {
  showFindings(formElement, findingList, [...unread, ...findings], {
    values: draft.values,
    words,
    language,
  })
}

const starters: unknown = await (await fetch(page.dataset.starters ?? '')).json()
const templates = (Array.isArray(starters) ? starters : []).flatMap((starter): TemplateBody[] =>
  isObject(starter) && isObject(starter.pass)
    ? [{ name: String(starter.name), pass: starter.pass, inputs: readInputs(starter.inputs) }]
    : [],
)

function readInputs(inputs: unknown): TemplateBody['inputs'] {
  return (Array.isArray(inputs) ? inputs : []).flatMap((input) =>
    isObject(input) ? [{ ...input, key: String(input.key) }] : [],
  )
}

// On a phone the card is above the form: the way back to it is there while it is out of sight.
const toCard = getElement('to-card')
new IntersectionObserver(([seen]) => {
  toCard.hidden = seen?.isIntersecting ?? false
}).observe(stage)

createStarterMenu(
  getElement('starters'),
  templates,
  { words, toName: (name) => (language === 'de' ? germanTemplates[name] : undefined) ?? name },
  open,
)
page.hidden = false
const [first] = templates
if (first) open(first)
