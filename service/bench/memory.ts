/** The memory of the service after 100,000 passes, against 1,000. */
import { measureMemory } from './measures/growth.ts'
import { printResults } from './report/results.ts'

await printResults(measureMemory)
