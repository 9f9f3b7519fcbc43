import { z } from 'zod'
import { isLoopback } from '../email/settings.ts'
import type { ProbeResult } from '../net/probe.ts'
import { version } from '../version.ts'
import { type Finding, findBroken, findOk, findWarning, type Patient } from './finding.ts'

const Health = z.object({ status: z.literal('ok'), version: z.string() })

/** Whether PUBLIC_URL is an address that phones can use, and leads to this service. */
export async function checkPublicUrl({ config, probeHealth }: Patient): Promise<Finding[]> {
  const { publicUrl } = config
  const findings = [
    ...checkAddress(new URL(publicUrl)),
    ...checkReply(publicUrl, await probeHealth()),
  ]
  if (findings.length > 0) return findings
  return [findOk('public_url', `PUBLIC_URL (${publicUrl}) is https and leads to this service`)]
}

function checkAddress(url: URL): Finding[] {
  const fix =
    'Put a proxy with a certificate in front of the service, and set PUBLIC_URL to its address, such as https://passes.example.com'
  if (isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) {
    const message = `PUBLIC_URL (${url.origin}) is this machine only: no phone can open a share link, and passes cannot be updated`
    return [findBroken('public_url_local', message, fix)]
  }
  if (url.protocol === 'https:') return []
  const message = `PUBLIC_URL (${url.origin}) is not https: Wallet does not update passes over http`
  return [findBroken('public_url_not_https', message, fix)]
}

function checkReply(publicUrl: string, reply: ProbeResult): Finding[] {
  if ('error' in reply) {
    const message = `${publicUrl}/health ${reply.error}`
    const fix =
      'Start the service, and check the name, the port and the certificate of PUBLIC_URL, and the proxy in front'
    return [findBroken('public_url_unreachable', message, fix)]
  }
  const { status, location } = reply
  if (status >= 300 && status < 400) {
    const message = `${publicUrl} redirects to ${location ?? 'another address'}`
    return [
      findBroken(
        'public_url_redirects',
        message,
        'Set PUBLIC_URL to the address that replies itself',
      ),
    ]
  }
  const health = Health.safeParse(parseJson(reply.text))
  if (status !== 200 || !health.success) {
    const message = `${publicUrl}/health responds with ${status}, but not as Passwright does`
    const fix = 'Let the proxy pass every path on to the service, or correct PUBLIC_URL'
    return [findBroken('public_url_not_ours', message, fix)]
  }
  if (health.data.version === version) return []
  const message = `The service at ${publicUrl} has version ${health.data.version}, this command ${version}`
  return [
    findWarning(
      'public_url_version',
      message,
      'Restart the service with the version that is installed',
    ),
  ]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
