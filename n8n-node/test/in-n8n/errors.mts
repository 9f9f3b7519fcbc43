import { expect, it } from 'vitest'
import type { Fixtures } from '../support/fixtures.mts'
import { buildPasswrightNode, buildWorkflow, manualTrigger } from '../support/workflow.mts'

/** Tests how the node reports errors. */
export function testErrors(fixtures: Fixtures): void {
  const { runOperation, samplePass } = fixtures
  it('reports an invalid value with the label of its field and the index of the item', async () => {
    const failed = await runOperation(
      'create',
      {
        title: '={{ $json.title }}',
        whenAndWhere: {
          locations: { entries: [{ latitude: '={{ $json.latitude }}', longitude: 16 }] },
        },
      },
      [
        { title: 'Good', latitude: 48 },
        { title: 'Bad', latitude: 123 },
      ],
    )
    expect(failed.status).toBe('error')
    expect(failed.error?.message).toMatch(/^Locations 1, Latitude: must be between -90 and 90/)
    expect(failed.error?.context).toMatchObject({ itemIndex: 1 })
  })

  it('says what to do about an invalid API key and an unreachable service', async () => {
    const invalidKey = await fixtures.env.n8n.addCredential('Invalid key', {
      baseUrl: fixtures.env.service.url,
      apiKey: 'pw_live_wrong',
    })
    const unreachable = await fixtures.env.n8n.addCredential('Unreachable', {
      baseUrl: 'http://127.0.0.1:9',
      apiKey: fixtures.env.key,
    })
    const getErrorWith = async (credentialId: string) => {
      const nodes = [manualTrigger, buildPasswrightNode(credentialId, 'create', samplePass)]
      const id = await fixtures.env.n8n.addWorkflow(buildWorkflow('bad credential', nodes))
      return (await fixtures.env.n8n.run(id, manualTrigger.name)).error
    }
    expect((await getErrorWith(invalidKey))?.description).toMatch(/Check the API Key/)
    expect((await getErrorWith(unreachable))?.message).toMatch(
      /at http:\/\/127.0.0.1:9 cannot be reached/,
    )
  })

  it('continues after a failed item, and pairs each result with its item', async () => {
    const items = [{ title: 'One' }, { title: '' }, { title: 'Three' }]
    const withErrorOutput = await runOperation('create', { title: '={{ $json.title }}' }, items, {
      onError: 'continueErrorOutput',
    })
    const [results = [], errors = []] = withErrorOutput.outputs('Passwright')
    expect(results.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }])
    expect(errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }])
    expect(JSON.stringify(errors[0])).toMatch(/Title/)
    expect(errors[0]?.json).toMatchObject({ title: '', error: expect.stringMatching(/^Title: /) })

    const withRegularOutput = await runOperation('create', { title: '={{ $json.title }}' }, items, {
      onError: 'continueRegularOutput',
    })
    expect(
      withRegularOutput
        .outputs('Passwright')[0]
        ?.map(({ json, pairedItem }) => [pairedItem?.item, 'error' in json]),
    ).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ])
    expect(withRegularOutput.outputs('Passwright')[0]?.[1]?.json).toMatchObject({ title: '' })
  })
}
