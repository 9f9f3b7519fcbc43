/** How long the event loop is blocked while passes are made, ours and that of Express with passkit-generator. */
import { measureDelay } from './measures/delay.ts'
import { printResults } from './report/results.ts'

await printResults(measureDelay)
