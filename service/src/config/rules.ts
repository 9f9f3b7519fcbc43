import { parseSmtpUrl } from '../email/settings.ts'

/**
 * Rules for several settings together, each with its error. They read the raw values, so that an
 * invalid value elsewhere does not hide these errors.
 */
export const rules: readonly ((env: Record<string, string>) => string | false)[] = [
  ({ SMTP_URL, MAIL_FROM }) =>
    SMTP_URL !== undefined &&
    MAIL_FROM === undefined &&
    'MAIL_FROM is required with SMTP_URL: the sender of the emails, such as cards@example.com',
  ({ SMTP_URL = '', SMTP_PASSWORD }) =>
    SMTP_PASSWORD !== undefined &&
    parseSmtpUrl(SMTP_URL)?.user === undefined &&
    'SMTP_PASSWORD needs a user in SMTP_URL, such as smtp://user@mail.example.com',
  ({ SMTP_URL = '', SMTP_PASSWORD }) =>
    SMTP_PASSWORD !== undefined &&
    parseSmtpUrl(SMTP_URL)?.password !== undefined &&
    'SMTP_PASSWORD cannot be used with a password in SMTP_URL; keep one of the two',
  ({ SIGNUP, SMTP_URL }) =>
    SIGNUP === 'open' &&
    SMTP_URL === undefined &&
    'SIGNUP open needs SMTP_URL: keys are sent by email',
  ({ GOOGLE_WALLET_ISSUER_ID, GOOGLE_WALLET_CREDENTIALS }) =>
    GOOGLE_WALLET_ISSUER_ID !== undefined &&
    GOOGLE_WALLET_CREDENTIALS === undefined &&
    'GOOGLE_WALLET_CREDENTIALS is required with GOOGLE_WALLET_ISSUER_ID: the JSON key of a service account that may use this issuer',
  ({ GOOGLE_WALLET_ISSUER_ID, GOOGLE_WALLET_CREDENTIALS }) =>
    GOOGLE_WALLET_CREDENTIALS !== undefined &&
    GOOGLE_WALLET_ISSUER_ID === undefined &&
    'GOOGLE_WALLET_ISSUER_ID is required with GOOGLE_WALLET_CREDENTIALS: the number at the top of the Google Pay & Wallet Console',
  ({ ROLE = 'all', DATABASE_URL = '' }) =>
    ['web', 'worker'].includes(ROLE) &&
    !/^postgres(ql)?:/.test(DATABASE_URL) &&
    'ROLE other than all needs PostgreSQL in DATABASE_URL: several processes share the work there',
  ({ METRICS = 'off', PORT = '3000' }) =>
    METRICS === PORT && 'METRICS and PORT are the same port; name another, or set METRICS to on',
]
