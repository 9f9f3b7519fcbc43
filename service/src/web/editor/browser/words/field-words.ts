import { type Field, type ItemField, toChoiceLabel } from '@passwright/shared'
import type { Language } from '../../../browser/page.ts'
import { german, germanChoices } from './german.ts'

/** The five lists of fields on a pass share their items. */
const isPassFieldList = (list: string) => list.endsWith('Fields')

/** The label and the help of a field in a language; `list` is the one that it is an item of. */
export function describeField(
  field: Field | ItemField,
  language: Language,
  list?: string,
): { label: string; help: string } {
  const { key, label, help } = field
  const prefix = list !== undefined && isPassFieldList(list) ? 'field' : list
  const found = german[prefix === undefined ? key : `${prefix}.${key}`]
  return language === 'en' || !found ? { label, help } : { label: found[0], help: found[1] }
}

/** What a choice is called in a language. */
export function describeChoice(choice: string, language: Language): string {
  return (language === 'de' ? germanChoices[choice] : undefined) ?? toChoiceLabel(choice)
}
