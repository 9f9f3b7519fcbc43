/** What a second instance on the same PostgreSQL costs and brings. */
import { measureInstances } from './measures/instances.ts'
import { printResults } from './report/results.ts'

await printResults(measureInstances)
