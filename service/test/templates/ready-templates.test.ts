import type { MadePass, PassDetails } from '@passwright/shared/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPass } from '../../src/apple/verify/verify-pass.ts'
import { buildSampleValues } from '../../src/templates/filling/samples.ts'
import { listReadyTemplates, readReadyTemplate } from '../../src/templates/ready.ts'
import { resolveTemplate } from '../../src/templates/templates.ts'
import { startTestService, type TestService } from '../support/environment/test-service.ts'

const names = [
  ...['cinema', 'coffee', 'conference', 'dentist', 'festival', 'gym', 'library', 'museum'],
  ...['parking', 'staff', 'train', 'voucher'],
]

describe('the ready templates', () => {
  const now = new Date('2030-12-01T12:00:00Z')
  let service: TestService

  beforeAll(async () => {
    service = await startTestService()
  })
  afterAll(() => service.stop())

  it('are the twelve', async () => {
    expect(await listReadyTemplates()).toEqual(names)
  })

  it.each(names)('%s makes a pass that Wallet takes as it is, on every plan', async (name) => {
    const key = await service.createKey('free')
    const template = await readReadyTemplate(name)
    const { templateId, inputs } = await service.client(key).createTemplate(template as never)
    const { pass } = resolveTemplate(template)
    const values = buildSampleValues(pass, inputs)
    const made = (await service
      .client(key)
      .createPass({ template: templateId, values })) as MadePass
    expect(made.warnings ?? []).toEqual([])
    const { findings } = verifyPass(Buffer.from(made.applePass, 'base64'), { now })
    expect(findings.filter(({ code }) => !/^development_|^certificate_/.test(code))).toEqual([])
    const { pass: body } = (await service.client(key).getPass(made.serialNumber)) as PassDetails
    expect(JSON.stringify(body)).not.toContain('{{')
    // The least that it asks for will do as well.
    const required = inputs.filter((input) => input.required).map((input) => input.key)
    const least = Object.fromEntries(required.map((each) => [each, values[each]]))
    const bare = await service.fetch('/api/passes?dryRun=true', {
      key,
      json: { template: template.name, values: least },
    })
    expect(await bare.json()).toEqual({ valid: true, warnings: [] })
  })
})
