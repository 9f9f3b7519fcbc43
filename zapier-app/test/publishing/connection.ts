import { findFieldPaths, getCreate, getField, type Rule } from './rule.ts'

/** The keys of the result of the authentication test, which the connection label can use. */
export const testResultKeys = ['name', 'plan', 'host', 'version', 'limits']

const hasValidMarkdownLinks = (text: string): boolean =>
  [...text.matchAll(/\[[^\]]*\]\(([^)]*)\)/g)].every(([, to = '']) => /^https:\/\/\S+$/.test(to)) &&
  !/\]\s+\(|\[[^\]]*\]\([^)]*$/.test(text)

const findUrls = (value: unknown): string[] =>
  JSON.stringify(value).match(/\b[a-z]+:\/\/[^\s"')\\`]+/g) ?? []

/** Rules about the connection and about links. */
export const connectionRules: Rule[] = [
  {
    id: 'D001',
    description: 'no action has an input field for a secret',
    findViolations: (app) =>
      findFieldPaths(
        app,
        ({ key, type }) => type === 'password' || /api_?key|secret|token|passw/i.test(key),
      ),
    violate: (app) =>
      void getCreate(app).operation.inputFields?.push({ key: 'api_key', label: 'Key' }),
  },
  {
    id: 'D002',
    description: 'the help text of the API key has a link',
    findViolations: ({ authentication }) =>
      authentication.fields
        .filter(
          ({ type, helpText = '' }) => type === 'password' && !/\]\(https:\/\//.test(helpText),
        )
        .map(({ key }) => key),
    violate: (app) => {
      for (const field of app.authentication.fields) field.helpText = 'Ask somebody.'
    },
  },
  {
    id: 'D003',
    description: 'the connection label uses results of the authentication test, and no secret',
    findViolations: ({ authentication: { connectionLabel } }) => {
      const names = [...connectionLabel.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name = '']) => name)
      const unknown = names.filter((name) => !testResultKeys.includes(name))
      return names.length === 0 ? ['no variable'] : unknown
    },
    violate: (app) => {
      app.authentication.connectionLabel = '{{apiKey}}'
    },
  },
  {
    id: 'D007',
    description: 'every URL is https',
    findViolations: (app) => findUrls(app).filter((url) => !url.startsWith('https://')),
    violate: (app) => {
      getCreate(app).operation.sample = { id: 'x', shareUrl: 'http://passes.example.com' }
    },
  },
  {
    id: 'D008',
    description: 'links in help texts are valid',
    findViolations: (app) => [
      ...findFieldPaths(app, ({ helpText = '' }) => !hasValidMarkdownLinks(helpText)),
      ...app.authentication.fields
        .filter(({ helpText = '' }) => !hasValidMarkdownLinks(helpText))
        .map(({ key }) => key),
    ],
    violate: (app) => {
      getField(getCreate(app), 'title').helpText = 'See [this](passes.example.com).'
    },
  },
  {
    id: 'D025',
    description: 'no URL runs a script',
    findViolations: (app) => (/javascript:/i.test(JSON.stringify(app)) ? ['javascript:'] : []),
    violate: (app) => {
      getField(getCreate(app), 'title').helpText = '[Help](javascript:alert(1))'
    },
  },
  {
    id: 'D027',
    description: 'the version of core is the current one',
    findViolations: ({ platformVersion }) =>
      platformVersion === '19.1.0' ? [] : [platformVersion],
    violate: (app) => {
      app.platformVersion = '18.0.0'
    },
  },
]
