import { isObject, type Problem } from '@passwright/shared'
import { getElement } from '../../browser/dom.ts'
import { getLanguage, getRoot } from '../../browser/page.ts'
import {
  type Draft,
  listInputs,
  openTemplate,
  readDraft,
  type TemplateBody,
} from './draft/draft.ts'
import { createInputsPanel } from './draft/inputs-panel.ts'
import { createStarterMenu } from './draft/starter-menu.ts'
import { createForm } from './form/form.ts'
import { buildMakePanel } from './make-panel.ts'
import { createCardView } from './preview/card-view.ts'
import { createGoogleView } from './preview/google-view.ts'
import { type Finding, showFindings } from './preview/issues.ts'
import { createPreview, type PreviewResult } from './preview/preview.ts'
import { createSnippetPanel } from './snippets/snippet-panel.ts'
import { germanTemplates } from './words/german.ts'
import { getWords } from './words/words.ts'

const page = getElement('editor')
const language = getLanguage()
const words = getWords(language)
const root = getRoot()

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
