import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { waitFor } from '../../../service/test/support/environment/wait-for.ts'
import type { Fixtures } from '../support/fixtures.mts'
import { buildPasswrightNode, buildWorkflow, manualTrigger } from '../support/workflow.mts'

/** Tests the credential test. */
export function testCredential(fixtures: Fixtures): void {
  it('accepts a valid credential', async () => {
    expect(
      await fixtures.env.n8n.testCredential({
        baseUrl: `${fixtures.env.service.url}/`,
        apiKey: fixtures.env.key,
      }),
    ).toMatchObject({ status: 'OK' })
  })

  it.each([
    ['an invalid API key', () => fixtures.env.service.url, 'pw_live_wrong', /API key is not valid/],
    [
      'the URL of another server',
      () => fixtures.env.n8n.url,
      'pw_live_x',
      /not a Passwright service/,
    ],
    [
      'a wrong path',
      () => `${fixtures.env.service.url}/api`,
      'pw_live_x',
      /not a Passwright service/,
    ],
    ['a port without a server', () => 'http://127.0.0.1:9', 'pw_live_x', /No server listens there/],
    ['an unknown host', () => 'http://no-such-host.invalid', 'pw_live_x', /no host with this name/],
    [
      'https where the service speaks http',
      () => fixtures.env.service.url.replace('http:', 'https:'),
      'pw_live_x',
      /does not speak https/,
    ],
    ['an address that is no URL', () => 'my passes', 'pw_live_x', /is no URL/],
  ])('reports %s', async (_name, getBaseUrl, apiKey, expectedMessage) => {
    const result = await fixtures.env.n8n.testCredential({ baseUrl: getBaseUrl(), apiKey })
    expect(result.status).toBe('Error')
    expect(result.message).toMatch(expectedMessage)
  })

  it('completes a Base URL without a scheme, and cleans a pasted key', async () => {
    const { env } = fixtures
    const credential = {
      baseUrl: ` ${env.service.url.replace('http://', '')}/\n`,
      apiKey: ` ${env.key}\u200b\r\n`,
    }
    expect(await env.n8n.testCredential(credential)).toMatchObject({ status: 'OK' })
    const id = await env.n8n.addCredential('Pasted', credential)
    const nodes = [manualTrigger, buildPasswrightNode(id, 'getUsage', { resource: 'account' })]
    const workflow = await env.n8n.addWorkflow(buildWorkflow('pasted', nodes))
    expect(fixtures.getFirstItem(await env.n8n.run(workflow, 'Start')).json).toMatchObject({
      plan: 'unlimited',
    })
  })

  it('never sends the API key or the data on to another host', async () => {
    const { env } = fixtures
    const received: string[] = []
    const other = createServer((request, response) => {
      received.push(`${request.method} ${request.headers.authorization}`)
      response.end('{}')
    }).listen(0, '127.0.0.1')
    let hits = 0
    const redirecting = createServer((request, response) => {
      hits++
      const { port } = other.address() as AddressInfo
      response.writeHead(307, { location: `http://localhost:${port}${request.url}` }).end()
    }).listen(0, '127.0.0.1')
    await Promise.all([once(other, 'listening'), once(redirecting, 'listening')])
    try {
      const { port } = redirecting.address() as AddressInfo
      const credential = { baseUrl: `http://127.0.0.1:${port}`, apiKey: env.key }
      const expected = new RegExp(
        `^http://127.0.0.1:${port} redirects to http://localhost:\\d+: enter the final address in the credential`,
      )
      const tested = await env.n8n.testCredential(credential)
      expect(tested).toMatchObject({ status: 'Error', message: expect.stringMatching(expected) })

      const id = await env.n8n.addCredential('Redirecting', credential)
      const nodes = [manualTrigger, buildPasswrightNode(id, 'create', fixtures.samplePass)]
      const created = await env.n8n.addWorkflow(buildWorkflow('redirecting', nodes))
      expect((await env.n8n.run(created, 'Start')).error?.message).toMatch(expected)

      // n8n's own node follows redirects, but without the key.
      const httpRequest = {
        name: 'Request',
        type: 'n8n-nodes-base.httpRequest',
        typeVersion: 4.2,
        parameters: {
          url: `${credential.baseUrl}/api/auth/usage`,
          authentication: 'predefinedCredentialType',
          nodeCredentialType: 'passwrightApi',
          options: {},
        },
        credentials: { passwrightApi: { id, name: 'Redirecting' } },
      }
      const requested = await env.n8n.addWorkflow(
        buildWorkflow('requested', [manualTrigger, httpRequest]),
      )
      await env.n8n.run(requested, 'Start')
      expect(received.splice(0)).toEqual(['GET undefined'])

      const trigger = {
        name: 'Trigger',
        type: 'n8n-nodes-passwright.passwrightTrigger',
        webhookId: 'c4d5f5b0-8a4b-4a57-9c1e-000000000002',
        parameters: { events: ['pass.created'] },
        credentials: { passwrightApi: { id, name: 'Redirecting' } },
      }
      const triggered = await env.n8n.addWorkflow(buildWorkflow('redirected trigger', [trigger]))
      const hitsBefore = hits
      await env.n8n.activate(triggered)
      await waitFor(
        () => hits,
        (count) => count > hitsBefore,
      )
      expect(received).toEqual([])
      await env.n8n.deactivate(triggered)
    } finally {
      other.close()
      redirecting.close()
    }
  })

  it('reports a service that is not ready', async () => {
    const startingService = createServer((_, response) => {
      response.statusCode = 503
      response.end('{"error":"The service is starting.","code":"not_ready"}')
    }).listen(0, '127.0.0.1')
    await once(startingService, 'listening')
    try {
      const baseUrl = `http://127.0.0.1:${(startingService.address() as AddressInfo).port}`
      const result = await fixtures.env.n8n.testCredential({ baseUrl, apiKey: 'pw_live_x' })
      expect(result.message).toMatch(/service is not ready/)
    } finally {
      startingService.close()
    }
  })
}
