import { EmailAddress } from '@passwright/shared/schema'
import { toAsciiAddress } from './address.ts'

/** Where mail is handed in. */
export interface SmtpServer {
  host: string
  port: number
  /** TLS from the first byte (`smtps://`), rather than by STARTTLS. */
  secure: boolean
  user: string | undefined
  password: string | undefined
}

/** Who mails are from, as it goes over the wire; without a name it is the pass's organization that is named. */
export interface Sender {
  name: string | undefined
  address: string
}

const defaultPorts = { 'smtp:': 587, 'smtps:': 465 } as const

/** Reads `smtp://user:password@host:port`; undefined when it is something else. */
export function parseSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.parse(text)
  if (!url || !isScheme(url.protocol) || url.hostname === '') return undefined
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname)) return undefined
  const user = decode(url.username)
  const password = decode(url.password)
  if (user === undefined || password === undefined) return undefined
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || defaultPorts[url.protocol],
    secure: url.protocol === 'smtps:',
    user: user || undefined,
    password: password || undefined,
  }
}

/** Reads `Name <address>` or an address alone; undefined when it is something else. */
export function parseSender(text: string): Sender | undefined {
  const named = /^\s*"?([^"<>\p{Cc}]*?)"?\s*<([^<>]*)>\s*$/u.exec(text)
  const given = named?.[2] ?? text.trim()
  const address = EmailAddress.safeParse(given).success ? toAsciiAddress(given) : undefined
  return address === undefined ? undefined : { name: named?.[1]?.trim() || undefined, address }
}

/** Whether mail to this host stays on this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function isScheme(protocol: string): protocol is keyof typeof defaultPorts {
  return Object.hasOwn(defaultPorts, protocol)
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
