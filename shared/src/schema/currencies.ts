/** Codes of ISO 4217 that Intl does not list, since nobody pays with them: funds, metals, units of account, tests. */
const unlisted = [
  ...['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'VED', 'XAD', 'XAG', 'XAU'],
  ...['XBA', 'XBB', 'XBC', 'XBD', 'XCG', 'XPD', 'XPT', 'XSU', 'XTS', 'XUA', 'XXX', 'ZWG'],
]

const currencies = new Set([...Intl.supportedValuesOf('currency'), ...unlisted])

/** Checks that three letters are a currency of ISO 4217, in either case. */
export function isCurrency(code: string): boolean {
  return currencies.has(code.toUpperCase())
}
