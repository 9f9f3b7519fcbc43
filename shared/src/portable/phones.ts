/**
 * Warns that phones do not follow a change of a pass, from an address that they cannot ask for updates:
 * Wallet only asks over https. Undefined where they may follow.
 * https://developer.apple.com/documentation/walletpasses/adding-a-web-service-to-update-passes
 */
export function findPhoneWarning({ shareUrl }: { shareUrl: string }): string | undefined {
  return shareUrl.startsWith('https://')
    ? undefined
    : 'Phones that have this pass keep it as it was: the service has no https address that they could ask'
}
