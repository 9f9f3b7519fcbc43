import { element } from './dom.ts'
import type { Editing, RunAction } from './make-panel.ts'
import type { Words } from './words.ts'

/** Saving, opening and applying templates. */
export function buildTemplateTools(_: {
  run: RunAction
  words: Words
  editing: Editing
}): HTMLElement {
  return element('div')
}
