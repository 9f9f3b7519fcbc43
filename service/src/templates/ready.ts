import { readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TemplateRequest } from '@passwright/shared/schema'

const folder = join(import.meta.dirname, '../../templates')

/** The names of the templates that come with the service, such as `gym`. */
export async function listReadyTemplates(): Promise<string[]> {
  const files = await readdir(folder)
  return files.flatMap((file) => /^(.+)\.json$/.exec(file)?.[1] ?? []).sort()
}

/** Reads one of them. */
export async function readReadyTemplate(name: string): Promise<TemplateRequest> {
  return TemplateRequest.parse(JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')))
}

/** Reads all of them at once, for the editor to start from. */
export function loadReadyTemplates(): TemplateRequest[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => TemplateRequest.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))))
}
