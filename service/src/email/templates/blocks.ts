import { escapeHtml } from '../../text/html.ts'
import type { Block } from './content.ts'
import {
  fontFamily,
  layoutTableAttributes,
  renderBackgroundAttributes,
  renderTextAttributes,
} from './frame.ts'
import type { FilledMessage } from './messages.ts'
import { wrapText } from './plain-text.ts'

const SIDE_PADDING = '28px'
const bodyFont = `${fontFamily};font-size:16px;line-height:24px`

/** Renders a paragraph. */
export function renderParagraph(message: FilledMessage): Block {
  return {
    text: wrapText(message.text),
    html: renderRow(
      `<p ${renderTextAttributes('ink', `margin:0;${bodyFont}`)}>${message.html}</p>`,
    ),
  }
}

/** Renders the caller's message: plain text with its line breaks, in its own direction. */
export function renderCallerMessage(text: string): Block {
  const attributes = renderTextAttributes('ink', `margin:0;${bodyFont};word-break:break-word`)
  return {
    text: wrapText(text),
    html: renderRow(`<p dir="auto" ${attributes}>${renderLineBreaks(text)}</p>`),
  }
}

/** Renders a highlighted notice. */
export function renderNotice(message: FilledMessage): Block {
  const cell = renderBackgroundAttributes('notice', 'padding:12px 16px;border-radius:8px')
  return {
    text: wrapText(message.text),
    html: renderRow(`<table ${layoutTableAttributes} width="100%"><tr><td ${cell}>
<p ${renderTextAttributes('noticeInk', `margin:0;${bodyFont};font-weight:bold`)}>${message.html}</p>
</td></tr></table>`),
  }
}

/** Renders the heading of an email without a card. */
export function renderHeading(message: FilledMessage): Block {
  const style = `margin:0;${fontFamily};font-size:24px;line-height:30px;font-weight:bold`
  return {
    text: wrapText(message.text),
    html: renderRow(`<h1 ${renderTextAttributes('ink', style)}>${message.html}</h1>`),
  }
}

/** Renders a question in bold and the advice below it. */
export function renderAdvice(question: FilledMessage, advice: FilledMessage): Block {
  return {
    text: wrapText(`${question.text}\n${advice.text}`),
    html: renderRow(renderAdviceHtml(question, advice)),
  }
}

/** Renders a question and advice beside an image. */
export function renderAdviceWithImage(
  image: { html: string; width: number },
  question: FilledMessage,
  advice: FilledMessage,
): Block {
  const imageFont = `${fontFamily};font-size:13px;line-height:18px`
  return {
    text: wrapText(`${question.text}\n${advice.text}`),
    html: renderRow(`<table ${layoutTableAttributes} width="100%"><tr>
<td width="${image.width}" valign="middle" ${renderTextAttributes('soft', `${imageFont};width:${image.width}px`)}>${image.html}</td>
<td valign="middle" style="padding:0 0 0 18px">${renderAdviceHtml(question, advice)}</td>
</tr></table>`),
  }
}

/** Renders a text to be copied, such as a key or a command. */
export function renderCode(text: string): Block {
  const font = 'margin:0;font-family:Menlo,Consolas,monospace;font-size:14px;line-height:21px'
  const cell = renderBackgroundAttributes('paper', 'padding:12px 16px;border-radius:8px')
  return {
    text,
    html: renderRow(`<table ${layoutTableAttributes} width="100%"><tr><td ${cell}>
<p ${renderTextAttributes('ink', `${font};word-break:break-word`)}>${escapeHtml(text)}</p>
</td></tr></table>`),
  }
}

/** Renders a link with its URL in full, and a label before it. */
export function renderFullLink(label: FilledMessage, url: string): Block {
  const style = `margin:0;${fontFamily};font-size:14px;line-height:21px`
  return {
    text: wrapText(`${label.text}\n${url}`),
    html: renderRow(`<p ${renderTextAttributes('soft', style)}>${label.html}<br>
<a href="${escapeHtml(url)}" ${renderTextAttributes('link', 'word-break:break-all')}>${escapeHtml(url)}</a></p>`),
  }
}

/** Renders small print below the sheet. */
export function renderSmallPrint(message: FilledMessage): Block {
  const style = `margin:0;${fontFamily};font-size:13px;line-height:19px`
  return {
    text: wrapText(message.text),
    html: `<tr><td align="center" style="padding:16px ${SIDE_PADDING} 0">
<p ${renderTextAttributes('soft', style)}>${message.html}</p>
</td></tr>`,
  }
}

/** Wraps HTML in a row of the sheet. */
export function renderRow(html: string): string {
  return `<tr><td style="padding:24px ${SIDE_PADDING} 0">${html}</td></tr>`
}

/** Renders plain text as HTML with its line breaks. */
export function renderLineBreaks(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>')
}

function renderAdviceHtml(question: FilledMessage, advice: FilledMessage): string {
  const style = `margin:0;${fontFamily};font-size:15px;line-height:22px`
  return `<p ${renderTextAttributes('soft', style)}><strong ${renderTextAttributes('ink')}>${question.html}</strong><br>${advice.html}</p>`
}
