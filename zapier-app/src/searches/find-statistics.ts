import {
  findChoice,
  isEmpty,
  readDate,
  type Stats,
  type StatsQuery,
  type StatsRow,
  trimBlanks,
} from '@passwright/shared'
import {
  type Bundle,
  defineInputFields,
  defineSearch,
  type InferInputData,
  type PlainOutputField,
  type ZObject,
} from 'zapier-platform-core'
import { createHalt } from '../plain-error.ts'
import { getTimeZone } from '../time-zone.ts'
import { callService } from '../transport.ts'

const dateHelp = 'Write `2027-03-05`.'

const inputFields = defineInputFields([
  {
    key: 'by',
    label: 'Group By',
    type: 'string',
    choices: { day: 'Day', week: 'Week', month: 'Month' },
    helpText: 'The period that each row counts, in UTC. A week begins on Monday. Day when empty.',
  },
  {
    key: 'from',
    label: 'From',
    type: 'string',
    placeholder: '2027-03-01',
    helpText: `The first day. ${dateHelp} When empty, the latest 30 days, 12 weeks or 12 months.`,
  },
  {
    key: 'to',
    label: 'To',
    type: 'string',
    placeholder: '2027-03-31',
    helpText: `The last day. ${dateHelp} Today when empty.`,
  },
  {
    key: 'template',
    label: 'Template',
    type: 'string',
    dynamic: 'template_list.id.name',
    helpText: 'Counts only passes that were created from this template.',
  },
])

type StatsInput = InferInputData<typeof inputFields>

const labels = { by: 'Group By', from: 'From', to: 'To', template: 'Template' }

/** What is counted. */
const counters: { key: Exclude<keyof StatsRow, 'from'>; label: string }[] = [
  { key: 'created', label: 'Created' },
  { key: 'mailed', label: 'Mailed' },
  { key: 'mailFailed', label: 'Mail Failed' },
  { key: 'opened', label: 'Opened' },
  { key: 'downloaded', label: 'Downloaded' },
  { key: 'installedApple', label: 'Installed in Apple Wallet' },
  { key: 'installedGoogle', label: 'Installed in Google Wallet' },
  { key: 'removed', label: 'Removed' },
  { key: 'voided', label: 'Voided' },
]

const buildCounterFields = (prefix: string): PlainOutputField[] =>
  counters.map(({ key, label }) => ({ key: prefix + key, label, type: 'integer' }))

const sampleCounts = {
  ...{ created: 12, mailed: 11, mailFailed: 1, opened: 14, downloaded: 9 },
  ...{ installedApple: 6, installedGoogle: 3, removed: 1, voided: 0 },
}

/** Finds what happened to the passes: the sums of all periods, and a row for each. */
export const findStatistics = defineSearch({
  key: 'find_statistics',
  noun: 'Statistic',
  display: {
    label: 'Find Statistics',
    description:
      'Finds how many passes were created, mailed, opened, installed, removed and voided, by day, week or month.',
  },
  operation: {
    inputFields,
    perform,
    outputFields: [
      { key: 'id', label: 'Period of the Sums', type: 'string', primary: true },
      ...buildCounterFields('total__'),
      { key: 'now__living', label: 'Living Passes', type: 'integer' },
      { key: 'now__installed', label: 'Installed Passes', type: 'integer' },
      { key: 'now__neverInstalled', label: 'Passes Never Installed', type: 'integer' },
      { key: 'rows[]from', label: 'Period', type: 'string' },
      ...buildCounterFields('rows[]'),
    ],
    sample: {
      id: 'from 2027-01-11',
      total: sampleCounts,
      now: { living: 240, installed: 180, neverInstalled: 40 },
      rows: [{ from: '2027-01-11', ...sampleCounts }],
    },
  },
})

async function perform(z: ZObject, bundle: Bundle<StatsInput>) {
  const query = readQuery(z, bundle)
  const stats = await callService(z, bundle, (client) => client.getStats(query), labels)
  return [toOutput(stats)]
}

function toOutput({ rows, now }: Stats) {
  const total = Object.fromEntries(
    counters.map(({ key }) => [key, rows.reduce((sum, row) => sum + row[key], 0)]),
  )
  // Zapier would take a day alone for a date, which an id is not.
  const id = `from ${rows[0]?.from ?? 'today'}`
  return { id, total, now, rows }
}

const periods = ['day', 'week', 'month'] as const

function readQuery(z: ZObject, bundle: Bundle<StatsInput>): StatsQuery {
  const { by, template } = bundle.inputData
  const period = isEmpty(by) ? undefined : findChoice(String(by), periods)
  return {
    by: periods.find((each) => each === period),
    from: readDay(z, bundle, 'from'),
    to: readDay(z, bundle, 'to'),
    template: isEmpty(template) ? undefined : trimBlanks(String(template)),
  }
}

/** Reads a day as it is in the time zone of the account; halts the run if it is none. */
function readDay(z: ZObject, bundle: Bundle<StatsInput>, key: 'from' | 'to'): string | undefined {
  const value = bundle.inputData[key]
  if (isEmpty(value)) return undefined
  const date = readDate(value, getTimeZone(bundle))
  if (date) return 'day' in date ? date.day : date.instant.slice(0, 10)
  throw createHalt(
    z,
    `${labels[key]} "${value}" is no date that can be read only one way; write 2027-03-05`,
  )
}
