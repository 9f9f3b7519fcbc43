import { renderPage } from './page.ts'

/** What the form of the front page leads to; the same whether the address is known or not. */
export function renderKeyRequestedPage(): string {
  return renderPage({
    title: 'Look into your mailbox',
    body: `<h1>Look into your mailbox</h1>
<p class="lead">A mail is on its way to the address that you gave. It holds your key, or says how to have it replaced.</p>
<p>Nothing there after a few minutes? Look into the spam folder, then ask whoever runs this server.</p>
<p><a href="./">Back</a></p>`,
  })
}
