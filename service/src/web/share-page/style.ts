import { createHash } from 'node:crypto'
import { passCardCss } from '../pass-card/card-css.ts'

const shareCss = `
:root { color-scheme: light dark; --ink: #1d1d1f; --soft: #5c5c62; --paper: #f4f4f6; --card: #fff; --line: #dcdce1; --link: #0a56c2; --shade: rgb(20 20 40 / .18); --edge: transparent; --note: #fff3d1; --note-ink: #523a00 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f3f3f5; --soft: #b0b0b8; --paper: #101013; --card: #1c1c20; --line: #36363c; --link: #8fb8ff; --shade: rgb(0 0 0 / .6); --edge: rgb(255 255 255 / .22); --note: #3a2d0c; --note-ink: #ffe3a3 }
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 -apple-system, system-ui, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere }
main, footer { max-width: 26rem; margin: 0 auto; padding: 0 1.25rem }
main { padding-top: 2rem; display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr) }
h1 { font-size: 1.6rem; line-height: 1.2; letter-spacing: -.015em; margin: 0 }
h2 { font-size: 1.0625rem; margin: 0 0 .35rem }
p { margin: 0; text-wrap: pretty }
h1, .head p, .actions p, footer p { text-wrap: balance }
.head { text-align: center }
.head p, .hint { color: var(--soft) }
.hint { font-size: .9375rem }
.notice { background: var(--note); color: var(--note-ink); border-radius: .9rem; padding: .8rem 1rem }
.notice strong { display: block }
.pass { margin: 0 auto; width: 100%; max-width: 22rem }
.pass .pass-card, .pass .google-card { filter: drop-shadow(0 0 1px var(--edge)) drop-shadow(0 .9rem 1.6rem var(--shade)) }
.actions, .action { display: grid; grid-template-columns: minmax(0, 1fr); justify-items: center }
.actions { gap: 1.25rem; text-align: center }
.action { gap: .75rem; max-width: min(24rem, 100%) }
a { color: var(--link); text-underline-offset: .15em }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; border-radius: .5rem }
.badge { display: block; padding: .25rem; max-width: 100% }
.badge img { display: block; height: 3.5rem; width: auto; max-width: 100%; object-fit: contain }
.secondary .badge img { height: 2.75rem }
.code { background: #fff; border-radius: 1.1rem; padding: .35rem; box-shadow: 0 0 0 1px var(--line); width: 12rem; max-width: 100% }
.code svg { display: block; width: 100%; height: auto }
.button { display: inline-block; padding: .7rem 1.3rem; border-radius: 99rem; border: 1px solid var(--line); background: var(--card); font-weight: 600; text-decoration: none }
.link { display: inline-block; padding: .3rem 0 }
.strong { padding: .7rem 0; font-size: 1.1875rem; font-weight: 600 }
.more { display: grid; gap: .75rem }
details { background: var(--card); border-radius: .9rem; border: 1px solid var(--line) }
summary { cursor: pointer; padding: .8rem 1rem; font-weight: 600; list-style: none; display: flex; justify-content: space-between; align-items: center; gap: 1rem }
summary::-webkit-details-marker { display: none }
summary::after { content: ""; flex: none; width: .5rem; height: .5rem; margin: 0 .2rem .2rem; border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(45deg) }
[open] > summary::after { margin-bottom: -.3rem; transform: rotate(225deg) }
.inside { padding: .25rem 1rem 1.1rem }
dl { margin: 0; display: grid; gap: .9rem }
dt { color: var(--soft); font-size: .875rem }
dd { margin: 0; white-space: pre-line }
.others { display: grid; gap: 1.75rem }
.others .action { justify-items: start; gap: .6rem }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
footer { padding-top: 2rem; padding-bottom: 3rem; text-align: center; color: var(--soft); font-size: .875rem }
.unknown { padding-top: 18vh; text-align: center; gap: 1rem; text-wrap: balance }
@media (min-width: 47rem) {
  main:not(.unknown) { max-width: 52rem; padding-top: 4.5rem; gap: 1.5rem 3.5rem; grid-template: "pass head" auto "pass notice" auto "pass actions" auto "pass more" 1fr / minmax(0, 22rem) minmax(0, 1fr) }
  .head { grid-area: head; text-align: start }
  .notice { grid-area: notice; justify-self: start }
  .pass { grid-area: pass; align-self: start; position: sticky; top: 2rem }
  .actions { grid-area: actions; justify-items: start; text-align: start }
  .action { justify-items: start }
  .more { grid-area: more; align-content: start }
  footer { max-width: 52rem; padding-top: 3rem }
}
@media print {
  body { background: #fff }
  .actions, .more details:has(.others), footer { display: none }
  details::details-content { content-visibility: visible; block-size: auto }
}
`

/** Builds the style sheet of a share page; `cardColors` is the `css` of its pass card. */
export function buildShareCss(cardColors: string): string {
  return `${shareCss}${passCardCss}${cardColors}`
}

/** The source of a style sheet in a content security policy, which blocks every other style. */
export function hashStyle(css: string): string {
  return `sha256-${createHash('sha256').update(css).digest('base64')}`
}
