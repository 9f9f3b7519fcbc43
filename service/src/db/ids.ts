import { drawRandomBytes } from '../random.ts'

/** One prefix for each kind of id, so that an id in a log or a support request says what it names. */
type IdPrefix = 'job' | 'dev' | 'eml' | 'whk' | 'dlv' | 'tpl' | 'gmsg' | 'evt_test'

/** Creates a random id such as `job_` and 20 hex digits (80 bits). */
export function createId(prefix: IdPrefix): string {
  return `${prefix}_${drawRandomBytes(10).toString('hex')}`
}
