import type { Locale } from '@passwright/shared/schema'
import { toSingleLine } from '../../text/plain-text.ts'
import { escapeHtml } from '../page.ts'
import { shareCss } from './style.ts'

export interface ShareFrame {
  locale: Locale
  title: string
  description: string
  /** The finished HTML between `<body>` and `</body>`. */
  body: string
}

/** The frame of the share page: found by whoever has the link and by no search engine. */
export function renderShareFrame({ locale, title, description, body }: ShareFrame): string {
  const name = escapeHtml(toSingleLine(title))
  const about = escapeHtml(description)
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<meta name="description" content="${about}">
<meta property="og:type" content="website">
<meta property="og:title" content="${name}">
<meta property="og:description" content="${about}">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style>${shareCss}</style>
</head>
<body>
${body}
</body>
</html>
`
}
