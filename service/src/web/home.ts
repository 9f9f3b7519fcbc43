import { escapeHtml, renderPage } from './page.ts'

/** The front page: what this is, how to make a pass, where to read on. */
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
<p class="lead">A pass press for people who automate: JSON in, a signed Apple Wallet pass out.</p>
<h2>Make a pass</h2>
<pre tabindex="0"><code>${escapeHtml(curl)}</code></pre>
${keys[signup]}
<h2>Read on</h2>
<ul>
<li><a href="/openapi.json">/openapi.json</a>: every address, field and error, for people and programs</li>
<li><a href="/health">/health</a>: is it alive? <a href="/ready">/ready</a>: can it make passes?</li>
</ul>
<p>Version ${escapeHtml(version)}</p>`,
  })
}

/** How to come by a key. */
const keys = {
  closed: '<p>Keys come from whoever runs this server.</p>',
  open: `<h2>Get a key</h2>
<form method="post" action="keys">
<label for="email">Your e-mail address: a free key is mailed to it at once.</label>
<p class="row"><input id="email" name="email" type="email" autocomplete="email" maxlength="254" required>
<button type="submit">Mail me a key</button></p>
</form>`,
}
