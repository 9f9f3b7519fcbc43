import { escapeHtml } from '../../web/page.ts'
import type { EmailContentParts } from './content.ts'

/** How wide the sheet is at most, in CSS pixels. */
const SHEET_WIDTH = 600

/** On every cell, because Word's engine inherits no font into tables. */
export const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** The colors in light, each with the class that changes it in the dark. */
export const palette = {
  paper: { light: '#f3f2ee', dark: '#141416' },
  sheet: { light: '#ffffff', dark: '#1f1f22' },
  ink: { light: '#1c1c1e', dark: '#f2f2f0' },
  soft: { light: '#5b5b60', dark: '#b3b3b8' },
  link: { light: '#1e3a8a', dark: '#9db8ff' },
  notice: { light: '#fff1cc', dark: '#4a3a10' },
  noticeInk: { light: '#5c3d00', dark: '#ffe3a3' },
} as const

const grounds = ['paper', 'sheet', 'notice'] as const
const inks = ['ink', 'soft', 'link', 'noticeInk'] as const

/** Class and color of a text, for a tag. */
export function ink(name: (typeof inks)[number], rest = ''): string {
  return `class="${name}" style="color:${palette[name].light};${rest}"`
}

/** Class and color of a ground, for a table or cell; the attribute is for Word's engine. */
export function ground(name: (typeof grounds)[number], rest = ''): string {
  const color = palette[name].light
  return `class="${name}" bgcolor="${color}" style="background-color:${color};${rest}"`
}

/** What every layout table says. */
export const layoutTable = 'role="presentation" border="0" cellpadding="0" cellspacing="0"'

/**
 * The whole HTML: a sheet of at most 600 pixels. Word's engine knows no max-width, so it gets a
 * table of that width around the sheet. The style block only adds dark colors and may be dropped.
 */
export function renderFrame({
  locale,
  subject,
  preheader,
  blocks,
  footer,
}: Omit<EmailContentParts, 'pictures'>): string {
  const rows = (parts: typeof blocks) => parts.map(({ html }) => html).join('\n')
  return `<!doctype html>
<html lang="${locale}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="x-apple-disable-message-reformatting">
<title>${escapeHtml(subject)}</title>
<style>${darkColors}</style>
</head>
<body ${ground('paper', 'margin:0;padding:0')}>
<div style="${hidden}">${escapeHtml(preheader)}</div>
<div role="main" lang="${locale}" dir="ltr">
<table ${layoutTable} width="100%" ${ground('paper')}>
<tr><td align="center" style="padding:24px 12px">
<!--[if mso]><table ${layoutTable} width="${SHEET_WIDTH}" align="center"><tr><td><![endif]-->
<table ${layoutTable} width="100%" align="center" ${ground('sheet', `width:100%;max-width:${SHEET_WIDTH}px;border-radius:14px`)}>
${rows(blocks)}
<tr><td height="28" style="height:28px;font-size:1px;line-height:1px">&nbsp;</td></tr>
</table>
<table ${layoutTable} width="100%" align="center" ${ground('paper', `width:100%;max-width:${SHEET_WIDTH}px`)}>
${rows(footer)}
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</div>
</body>
</html>
`
}

const hidden =
  'display:none;max-height:0;max-width:0;overflow:hidden;font-size:1px;line-height:1px;opacity:0;mso-hide:all'

const darkColors = [
  ':root{color-scheme:light dark;supported-color-schemes:light dark}',
  '@media (prefers-color-scheme:dark){',
  ...grounds.map((name) => `.${name}{background-color:${palette[name].dark}!important}`),
  ...inks.map((name) => `.${name}{color:${palette[name].dark}!important}`),
  '}',
].join('')
