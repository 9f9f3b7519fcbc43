import { readFile } from 'node:fs/promises'
import { Problem } from '@passwright/shared'
import { explainIssue, TemplateRequest, toIssues } from '@passwright/shared/schema'
import type { ApiKey } from '../../accounts/api-key.ts'
import { listApiKeys } from '../../accounts/api-keys.ts'
import type { Context } from '../../context.ts'
import { checkTemplate } from '../../passes/create/check-template.ts'
import { restartRollout } from '../../rollout/rollout.ts'
import { listReadyTemplates, readReadyTemplate } from '../../templates/ready.ts'
import type { Input, TemplateRecord } from '../../templates/store/template.ts'
import {
  createTemplate,
  findTemplateByName,
  listTemplates,
  resolveTemplate,
  updateTemplate,
} from '../../templates/templates.ts'
import { type Command, CommandError, print, printJson } from '../program/command.ts'
import { withContext } from '../program/context.ts'
import { toPlain } from '../program/pass-file.ts'

const options = { key: { type: 'string' }, json: { type: 'boolean' } } as const

export const templatesList: Command = {
  summary: 'List the templates of a key, and the ready ones that can be imported.',
  usage: '[--key ID] [--json]',
  options,
  positionals: [],
  run: async ({ values }) => {
    const records = await withKey(values.key, listTemplates)
    const ready = await listReadyTemplates()
    if (values.json) return printJson({ templates: records.map(toSummary), ready })
    print(
      ...(records.length === 0 ? ['This key has no templates.'] : records.map(formatTemplate)),
      '',
      `Ready to import: ${ready.join(', ')}`,
    )
  },
}

export const templatesShow: Command = {
  summary: 'Show a template, by its name or id, or a ready one, and what it asks for.',
  usage: 'NAME [--key ID] [--json]',
  options,
  positionals: ['NAME'],
  run: async ({ values, positionals: [name = ''] }) => {
    const template = await withKey(values.key, (ctx, key) => findOrRead(ctx, key, name))
    if (values.json) return printJson(template)
    const { inputs } = resolveTemplate(template)
    print(template.name, ...inputs.map(formatInput))
  },
}

export const templatesImport: Command = {
  summary: 'Create templates from files or ready ones, or change those of the same name.',
  usage: 'FILE... [--key ID] [--json]',
  options,
  positionals: ['FILE...'],
  run: async ({ values, positionals }) => {
    const requests = await Promise.all(positionals.map(readTemplate))
    const stored = await withKey(values.key, async (ctx, key) => {
      const records: TemplateRecord[] = []
      for (const request of requests) records.push(await storeTemplate(ctx, key, request))
      return records
    })
    if (values.json) return printJson(stored.map(toSummary))
    print(...stored.map(formatTemplate))
  },
}

export const templatesExport: Command = {
  summary: 'Write a template as JSON that import reads, on standard output.',
  usage: 'NAME [--key ID]',
  options: { key: options.key },
  positionals: ['NAME'],
  run: async ({ values, positionals: [name = ''] }) => {
    printJson(await withKey(values.key, (ctx, key) => findOrRead(ctx, key, name)))
  },
}

/** Runs work for the key with this id; without one for the only key that there is. */
async function withKey<T>(
  id: unknown,
  work: (ctx: Context, key: ApiKey) => Promise<T>,
): Promise<T> {
  return withContext(async (ctx) => work(ctx, await findKey(ctx, id)))
}

async function findKey({ db, now }: Context, id: unknown): Promise<ApiKey> {
  const keys = (await listApiKeys(db, now())).filter(({ secrets }) => secrets > 0)
  const [only, ...others] = keys
  if (id === undefined && only && others.length === 0) return only
  const found = keys.find((key) => key.id === id)
  if (found) return found
  const known = keys.slice(0, 10).map((key) => `  ${key.id}  ${toPlain(key.name)}`)
  if (known.length === 0) throw new CommandError('There is no key yet: passwright keys create')
  const reason =
    id === undefined
      ? 'Whose templates? Name the key with --key ID:'
      : `There is no valid key ${id}:`
  throw new CommandError([reason, ...known, 'See: passwright keys list'].join('\n'))
}

async function findOrRead(ctx: Context, key: ApiKey, name: string): Promise<TemplateRequest> {
  const record = await findTemplateByName(ctx, key, name)
  if (record) return { name: record.name, pass: { ...record.pass }, inputs: [...record.inputs] }
  if ((await listReadyTemplates()).includes(name)) return readReadyTemplate(name)
  throw new CommandError(`There is no template ${toPlain(name)}; see: passwright templates list`)
}

/** A file, or the name of a ready template. */
async function readTemplate(file: string): Promise<TemplateRequest> {
  if ((await listReadyTemplates()).includes(file)) return readReadyTemplate(file)
  const parsed = TemplateRequest.safeParse(await readJson(file), { error: explainIssue })
  if (parsed.success) return parsed.data
  const issues = toIssues(parsed.error).map(({ path, message }) => `  ${path} ${message}`)
  throw new CommandError([`${toPlain(file)} is no template:`, ...issues].join('\n'))
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(`${toPlain(file)} cannot be read, and no ready template has this name`)
  })
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new CommandError(`${toPlain(file)} is not valid JSON`)
  }
}

async function storeTemplate(
  ctx: Context,
  key: ApiKey,
  request: TemplateRequest,
): Promise<TemplateRecord> {
  try {
    const template = resolveTemplate(request)
    await checkTemplate(ctx, key, template)
    const existing = await findTemplateByName(ctx, key, request.name)
    if (!existing) return await createTemplate(ctx, key, template)
    return await updateTemplate(ctx, key, existing.templateId, template, {
      onStore: (trx, changed) => restartRollout(trx, changed, ctx.now()),
    })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new CommandError(`${toPlain(request.name)}: ${error.message}`)
  }
}

function toSummary({ templateId, name, version, passes, inputs }: TemplateRecord) {
  return { templateId, name, version, passes, inputs }
}

function formatTemplate({ templateId, name, version, passes }: TemplateRecord): string {
  const count = passes === 1 ? '1 pass' : `${passes} passes`
  return [templateId, `version ${version}`, count.padEnd(12), toPlain(name)].join('  ')
}

function formatInput({ key, label, type, required, choices }: Input): string {
  const kind = choices ? `one of: ${choices.join(', ')}` : type
  return toPlain(`  ${key}  ${label} (${kind}${required ? '' : ', optional'})`)
}
