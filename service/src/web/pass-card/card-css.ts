/**
 * The style sheet of every pass card. A card is 358 points wide, as on an iPhone, and scales with its
 * container: `--pt` is one point. Only classes that begin with `pass-` or `pc-` are used.
 */
export const passCardCss = `
.pass-card { --pt: calc(100cqi / 358); container-type: inline-size; width: 100%; text-align: start; -webkit-print-color-adjust: exact; print-color-adjust: exact; forced-color-adjust: none }
.pass-card *, .pass-back * { box-sizing: border-box }
.pass-card dl, .pass-card dd, .pass-card dt, .pass-card p, .pass-card figure { margin: 0; padding: 0 }
.pc-face { position: relative; display: flex; flex-direction: column; min-height: calc(450 * var(--pt)); border-radius: calc(12 * var(--pt)); overflow: hidden; isolation: isolate; background: var(--pc-background); color: var(--pc-foreground); font: 400 calc(15 * var(--pt))/1.22 -apple-system, "SF Pro Text", system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; letter-spacing: 0; word-spacing: 0; text-transform: none; text-indent: 0; overflow-wrap: normal }
.pc-face::after { content: ""; position: absolute; inset: 0; z-index: 2; border-radius: inherit; border: max(1px, calc(.7 * var(--pt))) solid rgb(128 128 128 / .35); pointer-events: none }
.pc-upper { flex: none; padding-top: calc(12 * var(--pt)); display: flex; flex-direction: column; gap: calc(12 * var(--pt)) }
.pc-lower { flex: 1; display: flex; flex-direction: column; gap: calc(12 * var(--pt)); padding: calc(14 * var(--pt)) }
.pc-face dt { color: var(--pc-label); font-size: calc(11 * var(--pt)); font-weight: 500; line-height: 1.36; text-transform: uppercase }
.pc-face dt, .pc-face dd, .pc-name, .pc-code figcaption { overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
.pc-face dl > div { min-width: 0 }
.pc-face .pc-unnamed, .pass-back .pc-unnamed { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; -webkit-user-select: none; user-select: none }
.pc-left { text-align: left } .pc-center { text-align: center } .pc-right { text-align: right }
.pc-head { display: flex; align-items: center; gap: calc(10 * var(--pt)); min-height: calc(36 * var(--pt)); padding: 0 calc(14 * var(--pt)) }
.pc-logo { flex: none; width: auto; height: auto; max-width: calc(160 * var(--pt)); max-height: calc(50 * var(--pt)); object-fit: contain }
.pc-face .pc-name { flex: 1 1 0; text-align: left; min-width: 0; font-size: calc(17 * var(--pt)); font-weight: 500 }
.pass-card .pc-header { margin-left: auto; flex: 0 1 auto; min-width: 0; max-width: 65%; display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, auto); justify-content: end; align-items: end; gap: calc(12 * var(--pt)); text-align: right }
.pc-header dd { font-size: calc(17 * var(--pt)) }
.pc-main { display: flex; justify-content: space-between; gap: calc(12 * var(--pt)); min-height: calc(60 * var(--pt)); padding: calc(4 * var(--pt)) calc(14 * var(--pt)) 0 }
.pc-main dl { flex: 1; min-width: 0 }
.pc-primary dd { font-size: calc(30 * var(--pt)); font-weight: 300 }
.pc-primary.pc-long dd { font-size: calc(23 * var(--pt)) }
.pc-primary.pc-longer dd { font-size: calc(19 * var(--pt)) }
.pc-thumbnail { flex: none; width: auto; height: auto; max-width: calc(90 * var(--pt)); max-height: calc(90 * var(--pt)); border-radius: calc(4 * var(--pt)) }
.pc-on-strip { position: relative; display: grid; grid-template-columns: minmax(0, 1fr); align-items: center; min-height: calc(92 * var(--pt)); padding: calc(10 * var(--pt)) calc(14 * var(--pt)) }
.pc-has-strip { min-height: calc(137 * var(--pt)) }
.pc-ticket .pc-has-strip { min-height: calc(94 * var(--pt)) }
.pc-strip { position: absolute; inset: 0; z-index: -1; width: 100%; height: 100%; object-fit: cover }
.pc-on-strip dl > div { display: flex; flex-direction: column-reverse }
.pc-on-strip dd { font-size: calc(44 * var(--pt)) }
.pc-on-strip .pc-long dd { font-size: calc(30 * var(--pt)) }
.pc-on-strip .pc-longer dd { font-size: calc(22 * var(--pt)) }
.pc-on-strip dt { color: var(--pc-foreground); font-size: calc(13 * var(--pt)) }
.pc-ticket .pc-on-strip dd { font-size: calc(30 * var(--pt)) }
.pc-ticket .pc-on-strip .pc-long dd, .pc-ticket .pc-on-strip .pc-longer dd { font-size: calc(21 * var(--pt)) }
.pc-backdrop { position: absolute; inset: 0; z-index: -1; width: 100%; height: 100%; object-fit: cover; filter: blur(calc(8 * var(--pt))) brightness(.85); transform: scale(1.12) }
.pc-journey { position: relative; padding: 0 calc(14 * var(--pt)) calc(10 * var(--pt)) }
.pc-journey dl { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: calc(60 * var(--pt)) }
.pc-journey dl > div { text-align: left }
.pc-journey dl > :nth-child(2) { text-align: right }
.pc-journey dd { font-size: calc(44 * var(--pt)); line-height: 1.1 }
.pc-journey .pc-long dd { font-size: calc(26 * var(--pt)) }
.pc-journey .pc-longer dd { font-size: calc(18 * var(--pt)) }
.pc-transit { position: absolute; left: 50%; bottom: calc(14 * var(--pt)); width: calc(36 * var(--pt)); height: calc(36 * var(--pt)); transform: translateX(-50%); fill: var(--pc-label) }
.pc-row { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, auto); align-items: end; gap: calc(12 * var(--pt)) }
.pc-row dd { font-size: calc(17 * var(--pt)) }
.pc-row.pc-long dd { font-size: calc(15 * var(--pt)) }
.pc-row.pc-longer dd { font-size: calc(13 * var(--pt)) }
.pc-footer { align-self: center; width: auto; height: auto; max-width: calc(286 * var(--pt)); max-height: calc(15 * var(--pt)); margin: auto 0 calc(-6 * var(--pt)) }
.pc-face .pc-code { align-self: center; margin-top: auto; max-width: 100%; padding: calc(6 * var(--pt)); border-radius: calc(8 * var(--pt)); background: #fff; color: #000; text-align: center }
.pc-footer + .pc-code.pc-code { margin-top: 0 }
.pc-code svg { display: block; margin: 0 auto; fill: #000 }
.pc-square svg { width: calc(160 * var(--pt)); height: calc(160 * var(--pt)) }
.pc-wide svg { width: calc(300 * var(--pt)); max-width: 100%; max-height: calc(120 * var(--pt)) }
.pc-wide { width: calc(314 * var(--pt)) }
.pc-square figcaption { max-width: calc(310 * var(--pt)) }
.pc-code figcaption { margin: calc(2 * var(--pt)) calc(4 * var(--pt)) 0; font-size: calc(13 * var(--pt)) }
.pc-ticket .pc-face { -webkit-mask: radial-gradient(circle at 50% 0, #0000 calc(22 * var(--pt)), #000 calc(22.5 * var(--pt))); mask: radial-gradient(circle at 50% 0, #0000 calc(22 * var(--pt)), #000 calc(22.5 * var(--pt))) }
.pc-ticket .pc-upper { padding-top: calc(28 * var(--pt)) }
.pc-coupon .pc-face { --tooth: calc(8.95 * var(--pt)); border-radius: 0; -webkit-mask: radial-gradient(circle at 50% 0, #0000 calc(2.8 * var(--pt)), #000 calc(3.2 * var(--pt))) 0 0 / var(--tooth) 51% repeat-x, radial-gradient(circle at 50% 100%, #0000 calc(2.8 * var(--pt)), #000 calc(3.2 * var(--pt))) 0 100% / var(--tooth) 51% repeat-x; mask: radial-gradient(circle at 50% 0, #0000 calc(2.8 * var(--pt)), #000 calc(3.2 * var(--pt))) 0 0 / var(--tooth) 51% repeat-x, radial-gradient(circle at 50% 100%, #0000 calc(2.8 * var(--pt)), #000 calc(3.2 * var(--pt))) 0 100% / var(--tooth) 51% repeat-x }
.pc-coupon .pc-face::after { border-width: 0 1px }
.pc-boarding .pc-face { background: none }
.pc-boarding .pc-upper, .pc-boarding .pc-lower { --notch: calc(6 * var(--pt)); background: var(--pc-background) }
.pc-boarding .pc-upper { -webkit-mask: radial-gradient(circle at 0 100%, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 0 0 / 51% 100% no-repeat, radial-gradient(circle at 100% 100%, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 100% 0 / 51% 100% no-repeat; mask: radial-gradient(circle at 0 100%, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 0 0 / 51% 100% no-repeat, radial-gradient(circle at 100% 100%, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 100% 0 / 51% 100% no-repeat }
.pc-boarding .pc-lower { -webkit-mask: radial-gradient(circle at 0 0, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 0 0 / 51% 100% no-repeat, radial-gradient(circle at 100% 0, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 100% 0 / 51% 100% no-repeat; mask: radial-gradient(circle at 0 0, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 0 0 / 51% 100% no-repeat, radial-gradient(circle at 100% 0, #0000 var(--notch), #000 calc(var(--notch) + .5px)) 100% 0 / 51% 100% no-repeat }
.pc-boarding .pc-lower::before { content: ""; position: absolute; left: calc(12 * var(--pt)); right: calc(12 * var(--pt)); margin-top: calc(-14 * var(--pt)); border-top: 1px dashed var(--pc-label); opacity: .5 }
.pc-boarding .pc-face::after { border: 0 }
.pc-faded img { filter: grayscale(.75) opacity(.6) }
.pc-faded .pc-backdrop, .pc-faded .pc-strip { opacity: .3 }
.pc-faded .pc-code { background: #e5e5ea; color: #48484d }
.pc-faded .pc-code svg { fill: #a0a0a0 }
.pass-back { overflow-wrap: anywhere }
.pass-back dd { white-space: pre-line }
.pass-details { max-width: 22.375rem; padding: .875rem; border-radius: .75rem; background: #f2f2f7; color: #1c1c1e; color-scheme: light; font: .9375rem/1.35 -apple-system, "SF Pro Text", system-ui, "Segoe UI", Roboto, sans-serif }
.pass-details .pass-back { margin: 0; padding: 0 .875rem; border-radius: .625rem; background: #fff }
.pass-details .pass-back > div { padding: .75rem 0 } .pass-details .pass-back > div + div { border-top: 1px solid #c6c6c8 }
.pass-details dt { font-size: .8125rem; font-weight: 600 } .pass-details dd { margin: 0; color: #55555a } .pass-details a { color: #0a56c2 }
@media print { .pc-face { break-inside: avoid } }
`
