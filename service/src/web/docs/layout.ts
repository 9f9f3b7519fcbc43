import { escapeHtml } from '../../text/html.ts'
import type { Assets } from '../assets/assets.ts'

/** A page of the docs: its title, its way to the root of the service, and its parts as HTML. */
export interface DocsLayout {
  title: string
  root: '' | '../'
  assets: Assets
  navigation: string
  body: string
}

/** Renders a page of the docs: a list at its side, the text beside it. No scripts. */
export function renderLayout({ title, root, assets, navigation, body }: DocsLayout): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" type="image/svg+xml" href="${root}${assets.toHref('site/icon.svg')}">
<link rel="stylesheet" href="${root}${assets.toHref('site/site.css')}">
</head>
<body class="docs">
<a class="skip" href="#content">Skip to the text</a>
<header class="bar"><a class="brand" href="${root === '' ? './' : root}">Passwright</a>
<nav aria-label="Site"><a class="to-contents" href="#contents">Contents</a> <a href="${root}docs">Docs</a> <a href="${root}openapi.json">OpenAPI</a></nav></header>
<div class="columns">
<nav class="contents" id="contents" aria-label="Contents">
${navigation}
</nav>
<main id="content">
${body}
</main>
</div>
</body>
</html>
`
}
