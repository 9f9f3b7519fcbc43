import { imageSlotNames } from '@passwright/shared/schema'
import { toCanonicalJson } from '../../text/json.ts'
import type { PassRecord } from '../store/pass.ts'
import type { PassContent } from './resolve.ts'

/** What a change of a pass may touch. */
type Changeable = PassContent & Pick<PassRecord, 'messageNumber'>

/** Finds the fields of a request whose values differ between two contents of a pass. */
export function findChangedFields(before: Changeable, after: Changeable): string[] {
  const [fieldsBefore, fields] = [toFields(before), toFields(after)]
  return [...new Set([...Object.keys(fieldsBefore), ...Object.keys(fields)])].filter(
    (name) => toCanonicalJson(fieldsBefore[name]) !== toCanonicalJson(fields[name]),
  )
}

/** An image is another one when its bytes are, whatever its URL. */
function toFields({ spec, images, metadata, messageNumber }: Changeable): Record<string, unknown> {
  const imageFields = imageSlotNames.map((slot) => [`${slot}URL`, images[slot]])
  const { expirationDays, ...fields } = spec
  return { ...fields, ...Object.fromEntries(imageFields), metadata, message: messageNumber }
}
