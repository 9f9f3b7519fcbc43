import { escapeHtml } from '../text/html.ts'
import { renderPage } from './page.ts'

/** Renders the front page: what this service is, how to create a pass, where to read more. */
export function renderHomePage({
  publicUrl,
  version,
  signup,
}: {
  publicUrl: string
  version: string
  signup: 'open' | 'closed'
}): string {
  const curl = `curl -X POST ${publicUrl}/api/pkpass \\
  -H 'Authorization: Bearer pw_live_…' \\
  -H 'Content-Type: application/json' \\
  -d '{"title":"Riverside Climbing Club",
       "barcodeValue":"MEMBER-1042","barcodeFormat":"QR"}' \\
  -o member.pkpass`
  return renderPage({
    title: 'Passwright',
    body: `<h1>Passwright</h1>
<p class="lead">JSON in, a signed Apple Wallet pass out: a service for people who automate.</p>
<h2>Create a pass</h2>
<pre tabindex="0"><code>${escapeHtml(curl)}</code></pre>
${keySections[signup]}
<h2>Read more</h2>
<ul>
<li><a href="/openapi.json">/openapi.json</a>: every endpoint, field and error, for people and programs</li>
<li><a href="/health">/health</a>: is the service up? <a href="/ready">/ready</a>: can it create passes?</li>
</ul>
<p>Version ${escapeHtml(version)}</p>`,
  })
}

/** How to get an API key. */
const keySections = {
  closed: '<p>Ask the operator of this server for an API key.</p>',
  open: `<h2>Get an API key</h2>
<form method="post" action="keys">
<label for="email">Your email address. We send you a free key right away.</label>
<p class="row"><input id="email" name="email" type="email" autocomplete="email" maxlength="254" required>
<button type="submit">Send me a key</button></p>
</form>`,
}

/** Renders the page after the form was submitted; it is the same whether the address has a key or not. */
export function renderKeyRequestedPage(): string {
  return renderPage({
    title: 'Check your inbox',
    body: `<h1>Check your inbox</h1>
<p class="lead">We are sending an email to the address you entered. It contains your API key, or explains how to have the one you already have replaced.</p>
<p>Nothing there after a few minutes? Check your spam folder, then ask the operator of this server.</p>
<p><a href="./">Back</a></p>`,
  })
}
