import { escapeHtml } from '../../text/html.ts'
import type { EmailContentParts } from './content.ts'

const MAX_SHEET_WIDTH_PX = 600

/** Set on every text, because Outlook for Windows (Word's engine) inherits no font into tables. */
export const fontFamily = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** The colors in light and dark mode, by the class that switches between them. */
const palette = {
  paper: { light: '#f3f2ee', dark: '#141416' },
  sheet: { light: '#ffffff', dark: '#1f1f22' },
  ink: { light: '#1c1c1e', dark: '#f2f2f0' },
  soft: { light: '#5b5b60', dark: '#b3b3b8' },
  link: { light: '#1e3a8a', dark: '#9db8ff' },
  notice: { light: '#fff1cc', dark: '#4a3a10' },
  noticeInk: { light: '#5c3d00', dark: '#ffe3a3' },
} as const

const backgrounds = ['paper', 'sheet', 'notice'] as const
const textColors = ['ink', 'soft', 'link', 'noticeInk'] as const

/** Renders the class and color of a text as attributes; `style` is more CSS. */
export function renderTextAttributes(name: (typeof textColors)[number], style = ''): string {
  return `class="${name}" style="color:${palette[name].light};${style}"`
}

/** Renders the class and color of a background as attributes; `bgcolor` is for Outlook for Windows. */
export function renderBackgroundAttributes(name: (typeof backgrounds)[number], style = ''): string {
  const color = palette[name].light
  return `class="${name}" bgcolor="${color}" style="background-color:${color};${style}"`
}

/** The attributes of every layout table. */
export const layoutTableAttributes =
  'role="presentation" border="0" cellpadding="0" cellspacing="0"'

/**
 * Renders the HTML document: a sheet of at most 600 pixels. Outlook for Windows ignores max-width,
 * so it gets a table of that width around the sheet. The style block only adds the colors of dark
 * mode, because some clients drop it.
 */
export function renderFrame({
  locale,
  subject,
  preheader,
  blocks,
  footer,
}: Omit<EmailContentParts, 'images'>): string {
  const joinRows = (parts: typeof blocks) => parts.map(({ html }) => html).join('\n')
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
<style>${darkModeCss}</style>
</head>
<body ${renderBackgroundAttributes('paper', 'margin:0;padding:0')}>
<div style="${hiddenCss}">${escapeHtml(preheader)}</div>
<div role="main" lang="${locale}" dir="ltr">
<table ${layoutTableAttributes} width="100%" ${renderBackgroundAttributes('paper')}>
<tr><td align="center" style="padding:24px 12px">
<!--[if mso]><table ${layoutTableAttributes} width="${MAX_SHEET_WIDTH_PX}" align="center"><tr><td><![endif]-->
<table ${layoutTableAttributes} width="100%" align="center" ${renderBackgroundAttributes('sheet', `width:100%;max-width:${MAX_SHEET_WIDTH_PX}px;border-radius:14px`)}>
${joinRows(blocks)}
<tr><td height="28" style="height:28px;font-size:1px;line-height:1px">&nbsp;</td></tr>
</table>
<table ${layoutTableAttributes} width="100%" align="center" ${renderBackgroundAttributes('paper', `width:100%;max-width:${MAX_SHEET_WIDTH_PX}px`)}>
${joinRows(footer)}
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</div>
</body>
</html>
`
}

const hiddenCss =
  'display:none;max-height:0;max-width:0;overflow:hidden;font-size:1px;line-height:1px;opacity:0;mso-hide:all'

const darkModeCss = [
  ':root{color-scheme:light dark;supported-color-schemes:light dark}',
  '@media (prefers-color-scheme:dark){',
  ...backgrounds.map((name) => `.${name}{background-color:${palette[name].dark}!important}`),
  ...textColors.map((name) => `.${name}{color:${palette[name].dark}!important}`),
  '}',
].join('')
