import { escapeHtml } from '../../web/page.ts'
import type { Block } from './content.ts'
import { font, ground, ink, layoutTable } from './frame.ts'
import type { FilledMessage } from './messages.ts'
import { wrapText } from './plain-text.ts'

const side = '28px'
const body = `${font};font-size:16px;line-height:24px`

/** A paragraph of our own words. */
export function paragraph(phrase: FilledMessage): Block {
  return {
    text: wrapText(phrase.text),
    html: row(`<p ${ink('ink', `margin:0;${body}`)}>${phrase.html}</p>`),
  }
}

/** The caller's own words: plain text with its line breaks, in its own direction. */
export function message(text: string): Block {
  return {
    text: wrapText(text),
    html: row(
      `<p dir="auto" ${ink('ink', `margin:0;${body};word-break:break-word`)}>${breaks(text)}</p>`,
    ),
  }
}

/** What must be seen first. */
export function notice(phrase: FilledMessage): Block {
  const cell = ground('notice', 'padding:12px 16px;border-radius:8px')
  return {
    text: wrapText(phrase.text),
    html: row(`<table ${layoutTable} width="100%"><tr><td ${cell}>
<p ${ink('noticeInk', `margin:0;${body};font-weight:bold`)}>${phrase.html}</p>
</td></tr></table>`),
  }
}

/** The title of a letter that shows no card. */
export function heading(phrase: FilledMessage): Block {
  const style = `margin:0;${font};font-size:24px;line-height:30px;font-weight:bold`
  return { text: wrapText(phrase.text), html: row(`<h1 ${ink('ink', style)}>${phrase.html}</h1>`) }
}

/** A question in bold and its answer. */
export function advice(question: FilledMessage, answer: FilledMessage): Block {
  return {
    text: wrapText(`${question.text}\n${answer.text}`),
    html: row(adviceHtml(question, answer)),
  }
}

/** The same beside a picture. */
export function adviceBeside(
  picture: { html: string; width: number },
  question: FilledMessage,
  answer: FilledMessage,
): Block {
  return {
    text: wrapText(`${question.text}\n${answer.text}`),
    html: row(`<table ${layoutTable} width="100%"><tr>
<td width="${picture.width}" valign="middle" ${ink('soft', `${font};font-size:13px;line-height:18px;width:${picture.width}px`)}>${picture.html}</td>
<td valign="middle" style="padding:0 0 0 18px">${adviceHtml(question, answer)}</td>
</tr></table>`),
  }
}

/** A line that is copied, not read: a key, a command. */
export function copied(text: string): Block {
  const mono = 'margin:0;font-family:Menlo,Consolas,monospace;font-size:14px;line-height:21px'
  const cell = ground('paper', 'padding:12px 16px;border-radius:8px')
  return {
    text,
    html: row(`<table ${layoutTable} width="100%"><tr><td ${cell}>
<p ${ink('ink', `${mono};word-break:break-word`)}>${escapeHtml(text)}</p>
</td></tr></table>`),
  }
}

/** A link that can be read in full, with a word before it. */
export function fullLink(before: FilledMessage, url: string): Block {
  return {
    text: wrapText(`${before.text}\n${url}`),
    html: row(`<p ${ink('soft', `margin:0;${font};font-size:14px;line-height:21px`)}>${before.html}<br>
<a href="${escapeHtml(url)}" ${ink('link', 'word-break:break-all')}>${escapeHtml(url)}</a></p>`),
  }
}

/** Small print. */
export function smallPrint(phrase: FilledMessage): Block {
  const style = `margin:0;${font};font-size:13px;line-height:19px`
  return {
    text: wrapText(phrase.text),
    html: `<tr><td align="center" style="padding:16px ${side} 0">
<p ${ink('soft', style)}>${phrase.html}</p>
</td></tr>`,
  }
}

/** A row of the sheet. */
export function row(content: string): string {
  return `<tr><td style="padding:24px ${side} 0">${content}</td></tr>`
}

/** Plain text as HTML with its line breaks. */
export function breaks(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>')
}

function adviceHtml(question: FilledMessage, answer: FilledMessage): string {
  const style = `margin:0;${font};font-size:15px;line-height:22px`
  return `<p ${ink('soft', style)}><strong ${ink('ink')}>${question.html}</strong><br>${answer.html}</p>`
}
