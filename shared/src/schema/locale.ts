import { z } from 'zod'

/** The languages that we speak to the people who get a pass. */
export const locales = ['en', 'de'] as const

export const Locale = z.enum(locales)
export type Locale = z.infer<typeof Locale>
