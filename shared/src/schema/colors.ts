import { z } from 'zod'

/** `#rgb` or `#rrggbb`. */
export const Color = z.string().regex(/^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, {
  error: 'must be a color such as #1e40af or #14a',
})

/** The three colors of a pass, as `#rrggbb`. */
export interface PassColors {
  background: string
  foreground: string
  label: string
}

/** Ready-made color schemes; every text has a contrast of at least 4.5:1 (WCAG 2.2, 1.4.3). */
export const colorPresets = {
  dark: { background: '#1c1c1e', foreground: '#ffffff', label: '#c7c7cc' },
  light: { background: '#f5f5f0', foreground: '#1c1c1e', label: '#5b5b60' },
  blue: { background: '#1e3a8a', foreground: '#ffffff', label: '#c3d3fb' },
  green: { background: '#14532d', foreground: '#ffffff', label: '#bfe8cc' },
  red: { background: '#8f1d1d', foreground: '#ffffff', label: '#fbd0d0' },
  purple: { background: '#581c87', foreground: '#ffffff', label: '#e3cdfb' },
  orange: { background: '#9a3412', foreground: '#ffffff', label: '#fddcc0' },
} as const satisfies Record<string, PassColors>

export type ColorPreset = keyof typeof colorPresets
