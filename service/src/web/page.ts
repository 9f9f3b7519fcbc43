import type { Locale } from '@passwright/shared/schema'
import { escapeHtml } from '../text/html.ts'

/** Renders a whole page without scripts, from a title and a body of HTML; it follows the viewer's light or dark mode. */
export function renderPage({
  title,
  body,
  locale = 'en',
}: {
  title: string
  body: string
  locale?: Locale
}): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

const css = `
:root { color-scheme: light dark; --ink: #1c1c1e; --soft: #5b5b60; --paper: #f7f6f2; --card: #fff; --link: #1e3a8a }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f2f0; --soft: #b3b3b8; --paper: #141416; --card: #1f1f22; --link: #9db8ff }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: 12vh 1.5rem 4rem }
h1 { font-size: 2.2rem; line-height: 1.15; margin: 0 0 .6rem; letter-spacing: -.02em }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .4rem }
p { margin: 0 0 1rem }
.lead { font-size: 1.2rem; color: var(--soft) }
a { color: var(--link) }
pre { background: var(--card); padding: 1rem 1.1rem; border-radius: .7rem; overflow-x: auto; font-size: .85rem }
code { font-family: ui-monospace, monospace }
ul { padding-left: 1.2rem }
li { margin: .3rem 0 }
.row { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .5rem }
input, button { font: inherit; padding: .55rem .8rem; border-radius: .6rem; border: 1px solid var(--soft); color: inherit; background: var(--card) }
input { flex: 1 1 16rem; min-width: 0 }
button { background: var(--link); border-color: var(--link); color: var(--card); font-weight: 600; cursor: pointer }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
`
