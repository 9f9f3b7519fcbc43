import { create, field, fieldsWhere, type Rule } from './rule.ts'

/** What the authentication test answers, for labels and templates. */
export const testResult = ['name', 'plan', 'host', 'version']

const isMarkdownWhole = (text: string): boolean =>
  [...text.matchAll(/\[[^\]]*\]\(([^)]*)\)/g)].every(([, to = '']) => /^https:\/\/\S+$/.test(to)) &&
  !/\]\s+\(|\[[^\]]*\]\([^)]*$/.test(text)

const urlsIn = (value: unknown): string[] =>
  JSON.stringify(value).match(/\b[a-z]+:\/\/[^\s"')\\`]+/g) ?? []

/** What is asked of a connection, and where links lead. */
export const connectionRules: Rule[] = [
  {
    id: 'D001',
    rule: 'no step asks for a secret',
    find: (app) =>
      fieldsWhere(
        app,
        ({ key, type }) => type === 'password' || /api_?key|secret|token|passw/i.test(key),
      ),
    break: (app) => void create(app).operation.inputFields?.push({ key: 'api_key', label: 'Key' }),
  },
  {
    id: 'D002',
    rule: 'the help for the API key has a link',
    find: ({ authentication }) =>
      authentication.fields
        .filter(
          ({ type, helpText = '' }) => type === 'password' && !/\]\(https:\/\//.test(helpText),
        )
        .map(({ key }) => key),
    break: (app) => {
      for (const each of app.authentication.fields) each.helpText = 'Ask somebody.'
    },
  },
  {
    id: 'D003',
    rule: 'the connection label tells connections apart, by what the test answers, and shows no secret',
    find: ({ authentication: { connectionLabel } }) => {
      const names = [...connectionLabel.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name = '']) => name)
      const unknown = names.filter((name) => !testResult.includes(name))
      return names.length === 0 ? ['no variable'] : unknown
    },
    break: (app) => {
      app.authentication.connectionLabel = '{{apiKey}}'
    },
  },
  {
    id: 'D007',
    rule: 'every address is https',
    find: (app) => urlsIn(app).filter((url) => !url.startsWith('https://')),
    break: (app) => {
      create(app).operation.sample = { id: 'x', shareUrl: 'http://passes.example.com' }
    },
  },
  {
    id: 'D008',
    rule: 'links in help texts are whole',
    find: (app) => [
      ...fieldsWhere(app, ({ helpText = '' }) => !isMarkdownWhole(helpText)),
      ...app.authentication.fields
        .filter(({ helpText = '' }) => !isMarkdownWhole(helpText))
        .map(({ key }) => key),
    ],
    break: (app) => {
      field(create(app), 'title').helpText = 'See [this](passes.example.com).'
    },
  },
  {
    id: 'D025',
    rule: 'no address runs a script',
    find: (app) => (/javascript:/i.test(JSON.stringify(app)) ? ['javascript:'] : []),
    break: (app) => {
      field(create(app), 'title').helpText = '[Help](javascript:alert(1))'
    },
  },
  {
    id: 'D027',
    rule: 'core is the newest that was locked',
    find: ({ platformVersion }) => (platformVersion === '19.1.0' ? [] : [platformVersion]),
    break: (app) => {
      app.platformVersion = '18.0.0'
    },
  },
]
