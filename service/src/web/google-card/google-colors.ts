import { parseHexColor, pickReadableColors } from '../../apple/colors.ts'

/** What a card has where its pass names no color. */
const DEFAULT_BACKGROUND = '#3c4043'

/** The class of a card with this background, `#rrggbb`. */
export function nameGoogleColorClass(background = DEFAULT_BACKGROUND): string {
  return `gc${background.replace('#', '-')}`
}

/** The style sheet of that class: Google Wallet chooses the color of texts by the background. */
export function renderGoogleColorCss(background = DEFAULT_BACKGROUND): string {
  const { foreground, label } = pickReadableColors(parseHexColor(background))
  return `.${nameGoogleColorClass(background)}{--gc-background:${background};--gc-foreground:${foreground};--gc-label:${label}}`
}
