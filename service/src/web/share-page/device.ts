/** The kinds of device that need different ways to get a pass. */
export type Device = 'iphone' | 'ipad' | 'mac' | 'android' | 'desktop'

/**
 * The first match wins. An iPod names its iPhone OS; an iPad that requests desktop pages, as most
 * do, identifies itself as a Macintosh.
 */
const patterns: readonly (readonly [RegExp, Device])[] = [
  [/\biPhone\b/, 'iphone'],
  [/\biPad\b/, 'ipad'],
  [/\bAndroid\b/, 'android'],
  [/\bMacintosh\b/, 'mac'],
]

/** Guesses the device from a `User-Agent`; a wrong guess only changes which action comes first. */
export function detectDevice(userAgent: string | undefined): Device {
  return patterns.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1] ?? 'desktop'
}
