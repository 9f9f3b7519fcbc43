import type { Locale } from '@passwright/shared/schema'
import type { Assets } from '../assets/assets.ts'
import { statsPageMessages } from './messages.ts'

/** Renders the page that shows the statistics of whoever pastes a key in. */
export function renderStatsPage(assets: Assets, locale: Locale): string {
  // Our own words, none of which HTML would read as something else.
  const text = statsPageMessages[locale]
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title}</title>
<meta name="robots" content="noindex">
<link rel="icon" type="image/svg+xml" href="${assets.toHref('site/icon.svg')}">
<link rel="stylesheet" href="${assets.toHref('site/site.css')}">
<link rel="stylesheet" href="${assets.toHref('site/editor.css')}">
<link rel="stylesheet" href="${assets.toHref('site/stats.css')}">
<script type="module" src="${assets.toHref('stats-page/main.js')}"></script>
</head>
<body class="home stats">
<a class="skip" href="#content">${text.skip}</a>
<header class="bar"><a class="brand" href="./">Passwright</a>
<nav aria-label="${text.site}"><a href="./">${text.editor}</a> <a href="docs">${text.docs}</a></nav></header>
<main id="content">
<h1>${text.heading}</h1>
<p class="lead">${text.lead}</p>
<form id="ask" class="card-box">
<div class="ask-key"><label class="name" for="key">${text.key}</label>
<input id="key" type="text" autocomplete="off" spellcheck="false" placeholder="pw_live_…" aria-describedby="key-help"></div>
<div><label class="name" for="by">${text.by}</label>
<select id="by"><option value="day">${text.day}</option><option value="week" selected>${text.week}</option><option value="month">${text.month}</option></select></div>
<div><label class="name" for="template">${text.template}</label>
<select id="template"><option value="">${text.all}</option></select></div>
<button type="submit" class="primary">${text.show}</button>
<p class="help" id="key-help">${text.keyHelp}</p>
<p class="status" id="status" role="status"></p>
</form>
<div id="figures"></div>
<noscript><p>${text.noScript}</p></noscript>
<p class="source"><a href="docs/statistics">${text.more}</a></p>
</main>
</body>
</html>
`
}
