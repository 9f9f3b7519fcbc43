import { expect, it } from 'vitest'
import type { Tools } from '../host/tools.mts'
import { chain, passwright, start } from '../host/workflow.mts'

/** What is wrong, told by the words of the form. */
export function mistakes(tools: Tools): void {
  const { run, club } = tools
  it('names each mistake by the words of the form, with the number of the item', async () => {
    const failed = await run(
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

  it('says what to do about a wrong key and a service that is away', async () => {
    const wrongKey = await tools.house.n8n.addCredential('Wrong', {
      baseUrl: tools.house.service.url,
      apiKey: 'pw_live_wrong',
    })
    const away = await tools.house.n8n.addCredential('Away', {
      baseUrl: 'http://127.0.0.1:9',
      apiKey: tools.house.key,
    })
    const errorWith = async (credential: string) => {
      const nodes = [start, passwright(credential, 'create', club)]
      const id = await tools.house.n8n.addWorkflow(chain('bad credential', nodes))
      return (await tools.house.n8n.run(id, 'Start')).error
    }
    expect((await errorWith(wrongKey))?.description).toMatch(/Check the API Key/)
    expect((await errorWith(away))?.message).toMatch(/at http:\/\/127.0.0.1:9 cannot be reached/)
  })

  it('continues after a bad item, and ties each result to its item', async () => {
    const items = [{ title: 'One' }, { title: '' }, { title: 'Three' }]
    const both = await run('create', { title: '={{ $json.title }}' }, items, {
      onError: 'continueErrorOutput',
    })
    const [good = [], bad = []] = both.outputs('Passwright')
    expect(good.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }])
    expect(bad.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }])
    expect(JSON.stringify(bad[0])).toMatch(/Title/)

    const through = await run('create', { title: '={{ $json.title }}' }, items, {
      onError: 'continueRegularOutput',
    })
    expect(
      through
        .outputs('Passwright')[0]
        ?.map(({ json, pairedItem }) => [pairedItem?.item, 'error' in json]),
    ).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ])
  })
}
