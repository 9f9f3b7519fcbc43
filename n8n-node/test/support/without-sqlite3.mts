import { registerHooks } from 'node:module'

/**
 * Loaded into n8n before it starts: its AI Agent loads sqlite3, whose binary is not built for these tests, which
 * run on PostgreSQL. Only an agent that reads SQLite files would use it.
 */
registerHooks({
  load: (url, context, nextLoad) =>
    url.endsWith('/sqlite3/lib/sqlite3.js')
      ? { format: 'commonjs', source: 'module.exports = {}', shortCircuit: true }
      : nextLoad(url, context),
})
