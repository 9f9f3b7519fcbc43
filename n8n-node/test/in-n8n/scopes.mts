import { expect, it } from 'vitest'
import type { Template } from '../../nodes/Passwright/portable/api/templates.ts'
import type { Fixtures } from '../support/fixtures.mts'
import { buildPasswrightNode, buildWorkflow, manualTrigger } from '../support/workflow.mts'

/** Tests the node with an API key that is limited to scopes. */
export function testScopes(fixtures: Fixtures): void {
  it('a key that may only issue passes does so, and the forms say what it lacks', async () => {
    const { n8n, addLimitedCredential, request } = fixtures.env
    const { templateId } = await request<Template>('/api/templates', {
      name: 'For a limited key',
      pass: { title: 'Club', value: '{{name}}' },
    })
    const credentialId = await addLimitedCredential('issue')
    const run = async (operation: string, parameters: Record<string, unknown>) => {
      const node = buildPasswrightNode(credentialId, operation, parameters)
      const id = await n8n.addWorkflow(buildWorkflow('limited', [manualTrigger, node]))
      return n8n.run(id, 'Start')
    }
    const made = fixtures.getFirstItem(await run('create', fixtures.samplePass))
    expect(made.json).toMatchObject({ outcome: 'created' })

    const template = { __rl: true, mode: 'id', value: templateId }
    const needsTemplates = /no scope "templates", only issue; .* --scope issue,templates/
    for (const [kind, method] of [
      ['resource-locator-results', 'searchTemplates'],
      ['resource-mapper-fields', 'getTemplateInputs'],
      ['options', 'getTemplates'],
    ] as const) {
      await expect(fixtures.askForm(kind, method, { template }, credentialId)).rejects.toThrow(
        needsTemplates,
      )
    }
    await expect(
      fixtures.askForm('resource-locator-results', 'searchPasses', {}, credentialId),
    ).rejects.toThrow(/no scope "read"/)
    const values = { mappingMode: 'defineBelow', value: { name: 'Ada' } }
    const refused = await run('createFromTemplate', { template, values })
    expect(refused.error?.message).toMatch(needsTemplates)
  })
  it('the form of a key without templates says where they come from', async () => {
    const credentialId = await fixtures.env.addLimitedCredential('issue,templates')
    const ask = (method: string) =>
      fixtures.askForm('resource-mapper-fields', method, { template: '' }, credentialId)
    expect(await ask('getTemplateInputs')).toMatchObject({
      fields: [],
      emptyFieldsNotice: expect.stringContaining('passwright templates import gym'),
    })
    const { fields, ...withTemplates } = await fixtures.askForm(
      'resource-mapper-fields',
      'getTemplateInputs',
      { template: '' },
    )
    expect([fields, withTemplates]).toEqual([[], { emptyFieldsNotice: 'Choose a template first.' }])
  })
}
