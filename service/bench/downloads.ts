/** How often a pass that does not change is signed for a thousand downloads. */
import { measureDownloads } from './measures/downloads.ts'
import { printResults } from './report/results.ts'

await printResults(measureDownloads)
