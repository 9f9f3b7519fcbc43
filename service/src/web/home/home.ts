import type { Locale } from '@passwright/shared/schema'
import { buildCurlExample } from '../../text/curl-example.ts'
import { escapeHtml } from '../../text/html.ts'
import type { Assets } from '../assets/assets.ts'
import { renderPage } from '../page.ts'
import { hashStyle } from '../share-page/style.ts'
import { type HomeMessages, homeMessages, keyRequestedMessages } from './messages.ts'

export interface HomePageOptions {
  publicUrl: string
  version: string
  signup: 'open' | 'closed'
  assets: Assets
  /** The sample pass as HTML, its style sheet first. */
  sampleHtml: string
}

/** The home page, and the hash of the one style sheet that stands in it. */
export interface HomePage {
  html: string
  styleHash: string
}

/** Renders the home page: what this is, the editor, how to get a key. Without scripts, it shows a sample and its command. */
export function renderHomePage(options: HomePageOptions, locale: Locale): HomePage {
  const { publicUrl, version, signup, assets, sampleHtml } = options
  // Our own words, none of which HTML would read as something else.
  const text = homeMessages[locale]
  const [, css = '', card = ''] = /^<style>([^<]*)<\/style>(.*)$/s.exec(sampleHtml) ?? []
  const curl = escapeHtml(buildCurlExample(publicUrl, '$PASSWRIGHT_KEY'))
  const html = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title}</title>
<meta name="description" content="${text.lead}">
<meta name="robots" content="noindex">
<link rel="icon" type="image/svg+xml" href="${assets.toHref('site/icon.svg')}">
<link rel="stylesheet" href="${assets.toHref('site/site.css')}">
<link rel="stylesheet" href="${assets.toHref('site/editor.css')}">
<style>${css}</style>
<script type="module" src="${assets.toHref('editor/main.js')}"></script>
</head>
<body class="home">
<a class="skip" href="#content">${text.skip}</a>
<header class="bar"><a class="brand" href="./">Passwright</a>
<nav aria-label="${text.site}"><a href="#get-key">${text.key}</a> <a href="stats">${text.stats}</a> <a href="docs">${text.docs}</a> <a href="openapi.json">OpenAPI</a></nav></header>
<main>
<div class="hero">
<h1>${text.heading}</h1>
<p class="lead">${text.lead}</p>
</div>
<div class="workbench" id="content" tabindex="-1">
<section class="stage" id="stage" aria-label="${text.card}">
<div class="wallet"><div id="card" class="card">${card}</div></div>
<p id="card-status" class="status" role="status"></p>
<p class="sample"><a href="sample.pkpass" download>${text.sample}</a> <span>${text.sampleHelp}</span></p>
</section>
<div id="editor" hidden data-service-url="${escapeHtml(publicUrl)}" data-starters="${assets.toHref('editor/starters.json')}">
<h2 class="out">${text.editor}</h2>
<div id="starters"></div>
<ul id="findings" aria-label="${text.findings}" hidden></ul>
<div id="form"></div>
<section id="inputs" class="card-box" hidden></section>
<section id="make" class="card-box"></section>
</div>
</div>
<section id="snippets"></section>
<noscript>
<p>${text.noScript}</p>
<pre tabindex="0"><code>${curl}</code></pre>
</noscript>
${renderKeySection(signup, text)}
<section class="read-more">
<h2>${text.readMore}</h2>
<ul>
<li><a href="docs">/docs</a>: ${text.docsHelp}</li>
<li><a href="stats">/stats</a>: ${text.statsHelp}</li>
<li><a href="openapi.json">/openapi.json</a>: ${text.openApiHelp}</li>
<li><a href="health">/health</a>: ${text.healthHelp} <a href="ready">/ready</a>: ${text.readyHelp}</li>
</ul>
<p class="source">${text.version} ${escapeHtml(version)}</p>
</section>
<a class="to-card" id="to-card" href="#stage">${text.toCard}</a>
</main>
</body>
</html>
`
  return { html, styleHash: hashStyle(css) }
}

/** How to get an API key. */
function renderKeySection(signup: 'open' | 'closed', text: HomeMessages): string {
  if (signup === 'closed') return `<p class="key-closed" id="get-key">${text.keyClosed}</p>`
  return `<section class="get-key" id="get-key">
<h2>${text.getKey}</h2>
<form method="post" action="keys">
<label for="email">${text.keyLabel}</label>
<p class="row"><input id="email" name="email" type="email" autocomplete="email" maxlength="254" required>
<button type="submit" class="primary">${text.keyButton}</button></p>
</form>
</section>`
}

/** Renders the page after the form was submitted; it is the same whether the address has a key or not. */
export function renderKeyRequestedPage(locale: Locale): string {
  const { title, lead, help, back } = keyRequestedMessages[locale]
  return renderPage({
    title,
    locale,
    body: `<h1>${title}</h1>
<p class="lead">${lead}</p>
<p>${help}</p>
<p><a href="./">${back}</a></p>`,
  })
}
