import { join } from 'node:path'
import {
  analyzePackage,
  SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs'

// n8n's scanner as it judges a package that wants to be verified, without the registry: the source, and what npm would publish.
// "node scripts/scan.mjs FOLDER" with the folder of an unpacked archive; without it, only the source.

const [published] = process.argv.slice(2)
const source = join(import.meta.dirname, '..')
const legs = [
  { name: 'source', folder: source, patterns: SOURCE_FILE_PATTERNS },
  ...(published
    ? [{ name: 'published', folder: published, patterns: ['**/*.js', 'package.json'] }]
    : []),
]
for (const { name, folder, patterns } of legs) {
  const { passed, message, details } = await analyzePackage(folder, patterns)
  console.log(`${name}: ${passed ? (message ?? 'passed') : `${message}\n${details}`}`)
  if (!passed || message) process.exitCode = 1
}
