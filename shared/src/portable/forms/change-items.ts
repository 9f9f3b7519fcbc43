import type { AdjustRequest } from '../api/changes.ts'
import type { ItemField } from '../fields/field.ts'
import { item } from '../fields/items.ts'
import { assembleRows, type FormValues } from './assemble.ts'

/** The text on the lock screen of every phone with a pass. */
export const messageItem: ItemField = item(
  'message',
  'longText',
  'Message',
  'The text on the lock screen of every phone with the pass. The same text again is shown again.',
  'Your table is ready',
)

/** A change of a number in a field of a pass, such as its points or its stamps. */
export const adjustItems: readonly ItemField[] = [
  item(
    'field',
    'text',
    'Field Key',
    'The key of the field that holds the number, as you named it when you created the pass.',
    'points',
    { isExact: true },
  ),
  item(
    'by',
    'number',
    'Number to Add',
    'What is added to the number, however many do so at once; less than 0 takes away.',
    1,
  ),
  item('set', 'number', 'Number to Set', 'The new number, whatever it was before.', 0),
  item(
    'min',
    'number',
    'Minimum',
    'A change that would leave less than this is refused, such as points that are not there.',
    0,
  ),
  item(
    'max',
    'number',
    'Maximum',
    'The number stops here, and the result says that it is reached, such as ten stamps for a free coffee.',
    10,
  ),
  item(
    'reference',
    'text',
    'Reference',
    'What the change is for, such as an order number. It counts once for this field in the life of the pass: if the same order arrives again, nothing is added twice.',
    'order-1042',
    { isExact: true },
  ),
  {
    ...messageItem,
    help: 'A text on the lock screen of every phone with the pass, if the number changes.',
    sample: 'Thank you! You have a stamp more.',
  },
]

/** Reads the values of a form; throws `invalid_request` for a number that cannot be read, or in two ways. */
export function assembleAdjustment(values: FormValues): AdjustRequest {
  return { field: '', ...assembleRows(values, adjustItems) }
}
