import type { Context } from '../../context.ts'

/** Whether passes name a web service that phones ask for updates: Wallet asks over https only. */
export function hasWebService({ publicUrl }: Pick<Context['config'], 'publicUrl'>): boolean {
  return publicUrl.startsWith('https://')
}
