import { deliverEmail } from '../mail/deliver-email.ts'
import { deliverKey } from '../mail/deliver-key.ts'
import type { Handler } from './job.ts'

/** A way out that kinds of jobs share: how many go at once, and which. */
export interface Lane {
  name: string
  atOnce: number
  handlers: Readonly<Record<string, Handler>>
}

/** Every kind of job, by the lane it takes. */
export const lanes: readonly Lane[] = [
  { name: 'mail', atOnce: 5, handlers: { email: deliverEmail, key: deliverKey } },
]

/** The handler of a kind, in whichever lane. */
export function handlerOf(kind: string): Handler | undefined {
  return lanes.find(({ handlers }) => Object.hasOwn(handlers, kind))?.handlers[kind]
}
