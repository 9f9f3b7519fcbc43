import { readFileSync } from 'node:fs'
import { eventTypes, parseRoute, routes } from '@passwright/shared'
import { webhookOperations } from '@passwright/shared/schema'
import { describe, expect, it } from 'vitest'
import { settingNames } from '../../src/config.ts'
import { messagePlaceholders } from '../../src/email/templates/messages.ts'
import { fieldDocs } from '../support/field-docs.ts'

const mailDocs = readFileSync(new URL('../../docs/mail.md', import.meta.url), 'utf8')
const webhookDocs = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8')
const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

describe('the documentation', () => {
  it('tells of every field what the forms tell', async () => {
    await expect(fieldDocs()).toMatchFileSnapshot('../docs/fields.md')
  })

  it('knows every setting that the service reads', () => {
    expect(settingNames.length).toBeGreaterThan(10)
    const missing = settingNames.filter((name) => !readme.includes(`\`${name}\``))
    expect(missing).toEqual([])
  })

  it('knows every address that the service answers at', () => {
    const unread = Object.values(routes)
      .map((route) =>
        route
          .replace(':serialNumber', '<serial>')
          .replace(':token', '<token>')
          .replace(':emailId', '<id>')
          .replace(':webhookId', '<id>')
          .replace(':deliveryId', '<delivery>'),
      )
      .filter((route) => !readme.includes(`\`${route}\``))
    expect(unread).toEqual([])
  })

  it('tells of every event and every address of webhooks', () => {
    const addresses = Object.values(webhookOperations).map(({ route }) =>
      parseRoute(route).path.replace(':webhookId', '<id>').replace(':deliveryId', '<delivery>'),
    )
    const missing = [...eventTypes, ...addresses].filter((one) => !webhookDocs.includes(one))
    expect(missing).toEqual([])
  })

  it('knows every text of the letters, and what is filled in there', () => {
    const rows = Object.entries(messagePlaceholders).map(([key, placeholders]) => ({
      key,
      filledIn: placeholders.map((name) => `\`{{${name}}}\``).join(' ') || 'nothing',
    }))
    const told = (key: string) =>
      new RegExp(`^\\| \`${key}\` +\\| (.*?) +\\|$`, 'm').exec(mailDocs)?.[1]
    expect(rows.map(({ key }) => ({ key, filledIn: told(key) }))).toEqual(rows)
  })
})
