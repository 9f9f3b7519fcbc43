import { escapeHtml } from '../text/html.ts'
import { renderPage } from './page.ts'

const headings: Record<number, string> = {
  404: 'Not found',
  405: 'Method not allowed',
  503: 'Temporarily unavailable',
}

/** Renders an error for people: the HTTP status, a heading and the sentence that says what to do. */
export function renderErrorPage(status: number, sentence: string): string {
  const heading = headings[status] ?? 'Something went wrong'
  return renderPage({
    title: heading,
    body: `<h1>${heading}</h1>\n<p class="lead">${escapeHtml(sentence)}.</p>\n<p>Status ${status}</p>`,
  })
}
