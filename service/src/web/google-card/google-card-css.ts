/**
 * The style sheet of every Google card, which is 358 points wide and scales with its container: `--pt`
 * is one point. Only classes that begin with `google-` or `gc-` are used.
 */
export const googleCardCss = `
.google-card { --pt: calc(100cqi / 358); container-type: inline-size; width: 100%; text-align: start; -webkit-print-color-adjust: exact; print-color-adjust: exact; forced-color-adjust: none }
.google-card *, .gc-details * { box-sizing: border-box }
.google-card p, .google-card figure, .gc-details p { margin: 0; padding: 0 }
.gc-face { position: relative; display: flex; flex-direction: column; min-height: calc(450 * var(--pt)); border-radius: calc(20 * var(--pt)); overflow: hidden; isolation: isolate; background: var(--gc-background); color: var(--gc-foreground); font: 400 calc(16 * var(--pt))/1.3 Roboto, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", sans-serif; letter-spacing: 0; overflow-wrap: normal }
.gc-face::after { content: ""; position: absolute; inset: 0; z-index: 2; border-radius: inherit; border: max(1px, calc(.7 * var(--pt))) solid rgb(128 128 128 / .35); pointer-events: none }
.gc-name, .gc-value, .gc-face .gc-label, .gc-subheader, .gc-code figcaption { overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
.gc-head { display: flex; align-items: center; gap: calc(12 * var(--pt)); min-height: calc(64 * var(--pt)); padding: calc(12 * var(--pt)) calc(18 * var(--pt)); border-bottom: max(1px, calc(.7 * var(--pt))) solid color-mix(in srgb, var(--gc-foreground) 22%, transparent) }
.gc-name { flex: 1; min-width: 0; font-size: calc(18 * var(--pt)); font-weight: 500 }
.gc-logo { flex: none; width: calc(40 * var(--pt)); height: calc(40 * var(--pt)); padding: calc(6 * var(--pt)); object-fit: contain }
.gc-wide-logo { width: calc(128 * var(--pt)); height: calc(40 * var(--pt)); object-fit: contain; object-position: left }
.gc-heading { padding: calc(16 * var(--pt)) calc(18 * var(--pt)) calc(4 * var(--pt)) }
.gc-subheader { color: var(--gc-label); font-size: calc(14 * var(--pt)) }
.gc-header { font-size: calc(24 * var(--pt)); line-height: 1.25; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden }
.gc-header.gc-long { font-size: calc(20 * var(--pt)) }
.gc-row { display: flex; justify-content: space-between; gap: calc(14 * var(--pt)); padding: calc(10 * var(--pt)) calc(18 * var(--pt)) 0 }
.gc-row > div { min-width: 0; flex: 0 1 auto }
.gc-row > div:not(:first-child):last-child { text-align: end }
.gc-face .gc-label { color: var(--gc-label); font-size: calc(12 * var(--pt)); line-height: 1.4 }
.gc-value { font-size: calc(16 * var(--pt)) }
.google-card .gc-code { align-self: center; margin: auto calc(18 * var(--pt)) calc(18 * var(--pt)); max-width: calc(100% - 36 * var(--pt)); padding: calc(10 * var(--pt)); border-radius: calc(12 * var(--pt)); background: #fff; color: #202124; text-align: center }
.gc-row:has(+ figure, + img), .gc-heading:has(+ figure, + img) { padding-bottom: calc(18 * var(--pt)) }
.gc-code svg { display: block; margin: 0 auto; fill: #000 }
.gc-square svg { width: calc(150 * var(--pt)); height: calc(150 * var(--pt)) }
.gc-wide svg { width: calc(290 * var(--pt)); max-width: 100%; max-height: calc(110 * var(--pt)) }
.gc-code figcaption { margin-top: calc(6 * var(--pt)); font-size: calc(13 * var(--pt)); max-width: calc(290 * var(--pt)) }
.gc-hero { display: block; width: 100%; aspect-ratio: 1032 / 336; object-fit: cover; margin-top: auto }
.gc-code + .gc-hero { margin-top: 0 }
.gc-details { max-width: 22.375rem; margin: 1rem auto 0; padding: .25rem 1.125rem; border-radius: 1.25rem; background: #f1f3f4; color: #202124; color-scheme: light; overflow-wrap: anywhere; font: .9375rem/1.4 Roboto, system-ui, -apple-system, "Segoe UI", sans-serif }
.gc-details > div { padding: .75rem 0 }
.gc-details > div + div { border-top: 1px solid #d2d6da }
.gc-details .gc-label { color: #4a4e52; font-size: .8125rem }
.gc-text { white-space: pre-line }
.gc-uri { color: #4a4e52; font-size: .8125rem; display: block }
.gc-picture { display: block; width: 100%; aspect-ratio: 2; object-fit: contain; margin: .75rem 0; border-radius: .75rem }
@media print { .gc-face { break-inside: avoid } }
`
