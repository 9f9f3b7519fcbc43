const link = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>[^<>]*<\/a>/gi
const allowedTarget = /^(?:https?:\/\/|mailto:|tel:)/i

/**
 * Tells whether a text holds no markup but links, the only tag that Wallet shows
 * (https://developer.apple.com/documentation/walletpasses/passfieldcontent).
 */
export function hasOnlyLinks(value: string): boolean {
  const targets = [...value.matchAll(link)].map((match) => match[1] ?? match[2] ?? '')
  return (
    targets.every((target) => allowedTarget.test(target)) && !value.replace(link, '').includes('<')
  )
}
