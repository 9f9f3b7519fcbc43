import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  sampleAppliedTemplate,
  sampleEmail,
  sampleExpiringCertificate,
  samplePass,
} from '../nodes/Passwright/portable/api/events.ts'

// Writes what the editor shows of an operation's output before it has run: nodes/*/__schema__, made from samples.

const nodesFolder = join(import.meta.dirname, '../nodes')

const { emailId, status, to } = sampleEmail
// Every metadata has keys of its own.
const { templateId, name, version, rollout } = sampleAppliedTemplate
const pass = {
  ...samplePass,
  metadata: {},
  googleSaveUrl: '',
  template: { templateId, name, version },
}
const listed = { ...pass, email: { emailId, to, status, reason: '' } }
const warnings = [{ path: 'logoText', message: '' }]
const change = { notifiedDevices: 0, unchanged: false, warnings }
const made = { ...pass, outcome: 'created', email: { emailId, status }, warnings }

const input = {
  ...{ key: '', label: '', type: '', required: true, default: '', sample: '', help: '' },
  ...{ choices: [''], aliases: [''] },
}
const times = { createdAt: '', lastUpdated: '' }
const template = { templateId, name, version, inputs: [input], passes: 0, ...times, rollout }
const design = { title: '', barcodeValue: '' }

/** A sample of each operation's output, by its path below `__schema__/v1.0.0`. */
const samples = {
  'Passwright/pass/create': made,
  'Passwright/pass/createAndSend': made,
  'Passwright/pass/upsert': made,
  'Passwright/pass/createFromTemplate': made,
  'Passwright/pass/upsertFromTemplate': made,
  'Passwright/pass/download': listed,
  'Passwright/pass/get': { ...listed, pass: design, values: {} },
  'Passwright/pass/getAll': listed,
  'Passwright/pass/update': { ...listed, ...change },
  'Passwright/pass/void': { ...listed, ...change },
  'Passwright/pass/reactivate': { ...listed, ...change },
  'Passwright/pass/delete': {
    ...listed,
    deleted: true,
    deletedAt: '',
    notifiedDevices: 0,
    warnings,
  },
  'Passwright/pass/addToCounter': {
    ...listed,
    field: '',
    before: 0,
    after: 0,
    reached: false,
    ...change,
  },
  'Passwright/pass/sendMessage': { ...listed, ...change },
  'Passwright/pass/sendEmail': { ...listed, to, emailId, status },
  'Passwright/template/get': { ...template, pass: design },
  'Passwright/template/getAll': template,
  'Passwright/person/export': {
    email: '',
    passes: [{ ...listed, pass: design, message: '' }],
    emails: [{ emailId, serialNumber: '', to, name: '', status, reason: '', ...times }],
    events: [{ id: '', type: '', timestamp: '' }],
    deliveries: [
      {
        ...{ id: '', webhookId: '', eventId: '', type: '', state: '', attempts: 0, status: 0 },
        ...{ answer: '', reason: '', body: '', ...times },
      },
    ],
  },
  'Passwright/person/forget': {
    deleted: true,
    passes: 0,
    emails: 0,
    deliveries: 0,
    wallets: { apple: 0, google: 0 },
    pending: 0,
  },
  'Passwright/account/getStats': {
    ...{ from: '', created: 0, mailed: 0, mailFailed: 0, opened: 0, downloaded: 0 },
    ...{ installedApple: 0, installedGoogle: 0, removed: 0, voided: 0 },
    now: { living: 0, installed: 0, neverInstalled: 0 },
  },
  'Passwright/account/getUsage': {
    count: 0,
    limit: 0,
    remaining: 0,
    resetDate: '',
    plan: '',
    name: '',
    scopes: [''],
    expiresAt: '',
  },
  PasswrightTrigger: {
    id: '',
    type: '',
    timestamp: '',
    data: {
      ...listed,
      changed: [''],
      wallet: '',
      counter: { field: '', value: 0, max: 0 },
      ...sampleExpiringCertificate,
      ...sampleAppliedTemplate,
    },
  },
}

/** Builds the schema files. @returns {Map<string, string>} path below `nodes` → text */
export function buildSchemaFiles() {
  return new Map(
    Object.entries(samples).map(([path, sample]) => [
      `${path.replace(/^[^/]+/, (node) => `${node}/__schema__/v1.0.0`)}.json`,
      `${JSON.stringify({ ...toSchema(sample), version: 1 }, null, 2)}\n`,
    ]),
  )
}

/** @param {unknown} value @returns {Record<string, unknown>} */
function toSchema(value) {
  if (value === null) return { type: 'null' }
  if (Array.isArray(value)) return { type: 'array', items: toSchema(value[0]) }
  if (typeof value !== 'object')
    return { type: typeof value === 'number' ? 'integer' : typeof value }
  const properties = Object.entries(value).map(([key, each]) => [key, toSchema(each)])
  return { type: 'object', properties: Object.fromEntries(properties) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const node of ['Passwright', 'PasswrightTrigger']) {
    rmSync(join(nodesFolder, node, '__schema__'), { recursive: true, force: true })
  }
  for (const [path, text] of buildSchemaFiles()) {
    mkdirSync(dirname(join(nodesFolder, path)), { recursive: true })
    writeFileSync(join(nodesFolder, path), text)
  }
}
