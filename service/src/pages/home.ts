import { escapeHtml, page } from './html.ts'

/** The front page: what this is, how to make a pass, where to read on. */
export function homePage(publicUrl: string, version: string): string {
  const curl = `curl -X POST ${publicUrl}/api/pkpass \\
  -H 'Authorization: Bearer pw_live_…' \\
  -H 'Content-Type: application/json' \\
  -d '{"title":"Riverside Climbing Club",
       "barcodeValue":"MEMBER-1042","barcodeFormat":"QR"}' \\
  -o member.pkpass`
  return page({
    title: 'Passwright',
    body: `<h1>Passwright</h1>
<p class="lead">A pass press for people who automate: JSON in, a signed Apple Wallet pass out.</p>
<h2>Make a pass</h2>
<pre><code>${escapeHtml(curl)}</code></pre>
<p>Keys come from whoever runs this server.</p>
<h2>Read on</h2>
<ul>
<li><a href="/openapi.json">/openapi.json</a>: every address, field and error, for people and programs</li>
<li><a href="/health">/health</a>: is it alive? <a href="/ready">/ready</a>: can it make passes?</li>
</ul>
<p>Version ${escapeHtml(version)}</p>`,
  })
}
