import { describe, expect, it } from 'vitest'
import { isCurrency } from './schema/currencies.ts'

/** ISO 4217, list one, as of 2026: https://www.six-group.com/en/products-services/financial-information/data-standards.html */
const listOne =
  `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
  CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
  GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT
  LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD
  OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
  SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU
  XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG`.split(/\s+/)

describe('a currency', () => {
  it.each(listOne)('of ISO 4217 is known: %s', (code) => {
    expect(isCurrency(code)).toBe(true)
    expect(isCurrency(code.toLowerCase())).toBe(true)
  })

  it.each(['EUX', 'ABC', 'ZZZ', 'EU', '', '€', 'EURO'])(
    'that there is not is unknown: %j',
    (code) => {
      expect(isCurrency(code)).toBe(false)
    },
  )
})
