import { expect, it } from 'vitest'
import { catchError, createExternalId, parseError, samplePass } from '../support/fixtures.ts'
import type { TestEnvironment } from '../support/test-environment.ts'

/** Tests a connection whose API key is limited to scopes. */
export function testScopes(env: () => TestEnvironment): void {
  it('a key that may only issue passes does so, and forms and steps say what it lacks', async () => {
    const { zapier, service, connection } = env()
    const limited = await env().connect('unlimited', ['issue'])
    const input = { ...samplePass, value: createExternalId() }
    const made = await zapier.runCreate('create_pass', input, { connection: limited })
    expect(made).toMatchObject({ outcome: 'created' })

    const { templateId } = await service
      .client(connection.apiKey)
      .createTemplate({ name: createExternalId(), pass: { title: 'Club', value: '{{name}}' } })
    const template = { template: templateId, input_name: 'Ada' }
    const run = (method: string, inputData: object = {}) =>
      zapier.runMethod(method, { authData: limited, inputData })
    const refusals = {
      'triggers.template_list.operation.perform': 'templates',
      'triggers.pass_list.operation.perform': 'read',
      'searches.find_statistics.operation.perform': 'read',
    }
    for (const [method, scope] of Object.entries(refusals)) {
      expect(parseError(await catchError(run(method))), method).toMatchObject({
        code: 'scope_required',
        message: expect.stringContaining(`no scope "${scope}", only issue`),
      })
    }
    const forForms = await env().connect('unlimited', ['issue', 'templates', 'mail'])
    const own = await service
      .client(forForms.apiKey)
      .createTemplate({ name: 'Own', pass: { title: 'Club', value: '{{name}}' } })
    const filled = { template: own.templateId, input_name: 'Ada', email_to: 'scopes@example.com' }
    expect(await zapier.runCreate('create_pass', filled, { connection: forForms })).toMatchObject({
      subtitle: 'Ada',
      email: { to: 'scopes@example.com' },
    })
    for (const method of ['inputFields', 'perform']) {
      const error = await catchError(run(`creates.create_pass.operation.${method}`, template))
      expect(parseError(error).message, method).toMatch(/ --scope issue,templates$/)
    }
  })
}
