/** What creating and reading a pass costs with a million stored, against a thousand. */
import { measureGrowth } from './measures/growth.ts'
import { printResults } from './report/results.ts'

await printResults(measureGrowth)
