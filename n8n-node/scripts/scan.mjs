import { join } from 'node:path'
import {
  analyzePackage,
  SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs'

// Runs the scanner that n8n runs to verify a package, without downloading it from the registry. Usage: node scripts/scan.mjs [FOLDER],
// where FOLDER is the unpacked archive of the package; without it, only the source is scanned.

const [packageFolder] = process.argv.slice(2)
const sourceFolder = join(import.meta.dirname, '..')
const scans = [
  { name: 'source', folder: sourceFolder, patterns: SOURCE_FILE_PATTERNS },
  ...(packageFolder
    ? [{ name: 'published', folder: packageFolder, patterns: ['**/*.js', 'package.json'] }]
    : []),
]
for (const { name, folder, patterns } of scans) {
  const { passed, message, details } = await analyzePackage(folder, patterns)
  console.log(`${name}: ${passed ? (message ?? 'passed') : `${message}\n${details}`}`)
  if (!passed || message) process.exitCode = 1
}
