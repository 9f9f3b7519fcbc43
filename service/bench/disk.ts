/** How often a pass waits for the disk (fsync), and how many passes a second a slow disk allows. */
import { measureDisk } from './measures/disk.ts'
import { printResults } from './report/results.ts'

await printResults(measureDisk)
