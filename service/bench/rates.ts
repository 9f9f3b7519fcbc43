/** The signing engine, raw RSA and other libraries, and the service over HTTP against Express with passkit-generator: passes per CPU-second, side by side. */
import { measureRates } from './measures/rates.ts'
import { printResults } from './report/results.ts'

await printResults(measureRates)
