import { escapeHtml, renderPage } from './page.ts'

const headings: Record<number, string> = {
  404: 'Not found',
  405: 'Not possible here',
  503: 'Not available just now',
}

/** An error where people look: its number, a heading and the sentence that says what to do. */
export function renderErrorPage(status: number, sentence: string): string {
  const heading = headings[status] ?? 'That did not work'
  return renderPage({
    title: heading,
    body: `<h1>${heading}</h1>\n<p class="lead">${escapeHtml(sentence)}.</p>\n<p>Status ${status}</p>`,
  })
}
