import { join } from 'node:path'

/** bcrypt hash of the password with which the tests log in. */
const ownerPasswordHash = '$2a$10$0W5REDgLtt1CrzGGyrCFV.jKBfCCwlbl.3ANsL2EGd5QzLNaUQWXO'

/** Modules of n8n that the tests do not need: each makes every start slower. */
const disabledModules =
  'insights,mcp,mcp-registry,chat-hub,instance-ai,agents,agent-evals,workflow-builder,breaking-changes,quick-connect,data-table,external-secrets,source-control,log-streaming,ldap,sso-oidc,sso-saml,provisioning'

/** Builds the environment variables of an n8n that listens on 127.0.0.1 only and makes no requests of its own. */
export function buildSettings({
  folder,
  port,
  brokerPort,
  database,
  ownerEmail,
}: {
  folder: string
  port: number
  brokerPort: number
  database: URL
  ownerEmail: string
}): Record<string, string> {
  return {
    N8N_USER_FOLDER: folder,
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: database.hostname,
    DB_POSTGRESDB_PORT: database.port,
    DB_POSTGRESDB_USER: database.username,
    DB_POSTGRESDB_DATABASE: database.pathname.slice(1),
    N8N_HOST: '127.0.0.1',
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}`,
    N8N_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
    N8N_SECURE_COOKIE: 'false',
    N8N_ENCRYPTION_KEY: 'only-for-the-tests',
    GENERIC_TIMEZONE: 'Europe/Vienna',
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
    N8N_INSTANCE_OWNER_EMAIL: ownerEmail,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: ownerPasswordHash,
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_HIRING_BANNER_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
    N8N_VERIFIED_PACKAGES_ENABLED: 'false',
    N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
    N8N_DISABLED_MODULES: disabledModules,
    N8N_RESTRICT_FILE_ACCESS_TO: join(folder, 'files'),
    EXTERNAL_FRONTEND_HOOKS_URLS: '',
    N8N_SENTRY_DSN: '',
    N8N_FRONTEND_SENTRY_DSN: '',
  }
}
