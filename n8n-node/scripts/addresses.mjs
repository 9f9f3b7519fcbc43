import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

// Puts your addresses into the package, in every file that names one. Usage:
//   npm run addresses -- --docs https://docs.example.com/n8n --repository https://github.com/me/n8n-nodes-passwright --email me@example.com
// Without options it fails if a placeholder is left, so that no package is published with one.

const folder = join(import.meta.dirname, '..')
const files = [
  'package.json',
  'credentials/PasswrightApi.credentials.ts',
  'nodes/Passwright/Passwright.node.json',
  'nodes/PasswrightTrigger/PasswrightTrigger.node.json',
]
const placeholders = {
  docs: /https:\/\/passwright\.example\/n8n(?![\w-])/g,
  repository: /https:\/\/passwright\.example\/n8n-nodes-passwright(?=\.git)/g,
  email: /authors@passwright\.example/g,
}
const { values } = parseArgs({
  options: { docs: { type: 'string' }, repository: { type: 'string' }, email: { type: 'string' } },
})

const left = []
for (const file of files.filter((each) => existsSync(join(folder, each)))) {
  const before = readFileSync(join(folder, file), 'utf8')
  let text = before
  for (const [name, placeholder] of Object.entries(placeholders)) {
    const address = values[/** @type {keyof typeof placeholders} */ (name)]
    if (address !== undefined) text = text.replace(placeholder, () => address.replace(/\/+$/, ''))
  }
  if (text !== before) writeFileSync(join(folder, file), text)
  if (text.includes('passwright.example')) left.push(file)
}
if (left.length > 0) {
  console.error(`Placeholders of passwright.example are left in ${left.join(', ')}.`)
  console.error('Set them with: npm run addresses -- --docs URL --repository URL --email ADDRESS')
  process.exitCode = 1
}
