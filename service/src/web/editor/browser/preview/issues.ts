import { type FormValues, fields, type Issue, isEmpty, isObject, toLabel } from '@passwright/shared'
import { element } from '../../../browser/dom.ts'
import type { Language } from '../../../browser/page.ts'
import type { Words } from '../words/words.ts'

/** What is wrong with a field, or what Wallet will not show of it. */
export interface Finding extends Issue {
  level: 'issue' | 'warning'
}

/** Shows each finding at its field; those without a field of the form stand in the list above it. */
export function showFindings(
  form: HTMLElement,
  list: HTMLElement,
  findings: readonly Finding[],
  { values, words, language }: { values: FormValues; words: Words; language: Language },
): void {
  clear(form)
  const others: Finding[] = []
  for (const finding of findings) {
    const place = findPlace(form, toFormPath(finding.path, values))
    if (place) showAt(place, finding, language)
    else others.push(finding)
  }
  for (const section of form.querySelectorAll('details.section')) {
    const count = section.querySelectorAll('.issue:not([hidden])').length
    const badge = section.querySelector('.badge')
    if (!(badge instanceof HTMLElement)) continue
    badge.hidden = count === 0
    badge.textContent = count === 0 ? '' : `${count}`
    badge.title = words.issues
  }
  list.replaceChildren(
    ...others.map(({ path, message, level }) =>
      element('li', { class: level, lang: 'en' }, `${toLabel(path)} ${message}`),
    ),
  )
  list.hidden = others.length === 0
}

function clear(form: HTMLElement): void {
  for (const place of form.querySelectorAll('.issue')) {
    place.textContent = ''
    if (place instanceof HTMLElement) place.hidden = true
  }
  for (const control of form.querySelectorAll('[aria-invalid]')) {
    control.removeAttribute('aria-invalid')
  }
}

/** The place of the path itself, or of what it is inside of. */
function findPlace(form: HTMLElement, path: string): HTMLElement | undefined {
  for (let at = path; at !== ''; at = at.replace(/(?:\.[^.[]+|\[\d+\]|^[^.[]+)$/, '')) {
    const place = form.querySelector(`[data-issue="${CSS.escape(at)}"]`)
    if (place instanceof HTMLElement) return place
  }
  return undefined
}

function showAt(place: HTMLElement, { message, level }: Finding, language: Language): void {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1)
  place.textContent = place.textContent === '' ? sentence : `${place.textContent}. ${sentence}`
  place.className = `issue ${level}`
  place.hidden = false
  if (language !== 'en') place.lang = 'en'
  if (level === 'warning') return
  const control = place.parentElement?.querySelector('input, select, textarea')
  control?.setAttribute('aria-invalid', 'true')
}

/** Entries that say nothing are not sent, so those after them have another number in the request. */
function toFormPath(path: string, values: FormValues): string {
  const [, key = '', number = '', rest = ''] = /^([^.[]+)\[(\d+)\](.*)$/s.exec(path) ?? []
  const field = fields.find((each) => each.path === key && each.kind === 'list')
  const entries = values[field?.key ?? '']
  if (!field || !Array.isArray(entries)) return path
  const main = field.items?.find(({ makesEntry }) => makesEntry)?.key
  const sent = entries.flatMap((entry, index) =>
    isEmpty(main && isObject(entry) ? entry[main] : entry) ? [] : [index],
  )
  return `${key}[${sent[Number(number)] ?? number}]${rest}`
}
