import packageJson from '../package.json' with { type: 'json' }

/** The page that explains how to create an API key, linked from the connection form: `homepage` in package.json. */
export const documentationUrl = packageJson.homepage
