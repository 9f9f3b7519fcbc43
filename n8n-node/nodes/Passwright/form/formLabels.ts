import { fields } from '../portable/fields/fields'
import {
  createEmailItems,
  locationItems,
  passFieldItems,
  relevantDateItems,
} from '../portable/fields/items'
import { toLabel } from '../portable/fields/labels'

/** Labels by the path in the request, for what a form shows in another place or under another name. */
export type FormLabels = Record<string, string>

const emailLabels: FormLabels = Object.fromEntries(
  createEmailItems.map(({ path, label }) => [`email.${path}`, `Email → ${label}`]),
)

/** Labels of everything that a message may mention by its name in the request, such as `dateStyle`. */
const mentionedLabels: FormLabels = Object.fromEntries(
  [...relevantDateItems, ...locationItems, ...passFieldItems, ...createEmailItems, ...fields].map(
    ({ path, label }) => [path, label],
  ),
)

/** Turns the path of an issue into the labels of the form, with the `labels` of the operation first. */
export function toFormLabel(path: string, labels: FormLabels = {}): string {
  return labels[path] ?? emailLabels[path] ?? toLabel(path)
}

/** Replaces the names of the request in a message, such as `logoText`, with the labels of the form. */
export function toFormWords(message: string): string {
  return message.replace(/\b[a-z]+[A-Z]\w*/g, (name) => mentionedLabels[name] ?? name)
}
