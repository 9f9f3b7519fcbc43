import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import type { LambdaOptions } from './lambda.ts'
import { changingPromises } from './promises/changing.ts'
import { connectionPromises } from './promises/connection.ts'
import { findingPromises } from './promises/finding.ts'
import { mailingPromises } from './promises/mailing.ts'
import { makingPromises } from './promises/making.ts'
import { triggerPromises } from './promises/triggers.ts'
import { troublePromises } from './promises/troubles.ts'
import { wholePromises } from './promises/whole.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

/** Every promise of the app, kept by the unpacked archive in a Node of its own against the real service. */
export function describeZaps(name: string, options: () => Promise<LambdaOptions>): void {
  describe(name, () => {
    let shop: Workshop
    beforeAll(async () => {
      shop = await openWorkshop(await options())
    }, 180_000)
    afterAll(() => shop?.stop())
    afterEach(() => {
      shop.front.meddle = () => undefined
      shop.front.passed.length = 0
    })

    connectionPromises(() => shop)
    makingPromises(() => shop)
    changingPromises(() => shop)
    mailingPromises(() => shop)
    findingPromises(() => shop)
    triggerPromises(() => shop)
    troublePromises(() => shop)
    wholePromises(() => shop)
  })
}
