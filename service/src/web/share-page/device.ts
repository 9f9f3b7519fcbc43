/** What somebody reads on, as far as it changes what helps them. */
export type Device = 'iphone' | 'ipad' | 'mac' | 'android' | 'desktop'

/**
 * The first that fits wins. An iPod names its iPhone OS; an iPad that asks for desktop pages, as
 * most do, calls itself a Macintosh.
 */
const signs: readonly (readonly [RegExp, Device])[] = [
  [/\biPhone\b/, 'iphone'],
  [/\biPad\b/, 'ipad'],
  [/\bAndroid\b/, 'android'],
  [/\bMacintosh\b/, 'mac'],
]

/** Guesses the device from a `User-Agent`; a wrong guess changes only what stands first. */
export function detectDevice(userAgent: string | undefined): Device {
  return signs.find(([sign]) => sign.test(userAgent ?? ''))?.[1] ?? 'desktop'
}
