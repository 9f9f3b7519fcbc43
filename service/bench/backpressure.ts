/** How soon a health check is answered while far more passes are asked for than can be made. */
import { measureBackpressure } from './measures/backpressure.ts'
import { printResults } from './report/results.ts'

await printResults(measureBackpressure)
