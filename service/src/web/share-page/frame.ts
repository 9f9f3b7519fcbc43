import type { Locale } from '@passwright/shared/schema'
import { escapeHtml } from '../../text/html.ts'
import { toSingleLine } from '../../text/plain-text.ts'
import { buildShareCss, hashStyle } from './style.ts'

export interface ShareFrame {
  locale: Locale
  title: string
  description: string
  /** The HTML between `<body>` and `</body>`. */
  body: string
  /** The colors of the pass card on it. */
  cardColors?: string
}

/** A page and the only style sheet that its content security policy allows. */
export interface SharePage {
  html: string
  styleHash: string
}

/** Renders the HTML document around a share page; search engines must not index it. */
export function renderShareFrame(frame: ShareFrame): SharePage {
  const { locale, title, description, body, cardColors = '' } = frame
  const css = buildShareCss(cardColors)
  const escapedTitle = escapeHtml(toSingleLine(title))
  const escapedDescription = escapeHtml(description)
  const html = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapedTitle}</title>
<meta name="description" content="${escapedDescription}">
<meta property="og:type" content="website">
<meta property="og:title" content="${escapedTitle}">
<meta property="og:description" content="${escapedDescription}">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
${body}
</body>
</html>
`
  return { html, styleHash: hashStyle(css) }
}
