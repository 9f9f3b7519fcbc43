import { computeContrast, toRgb } from '../web/contrast.ts'
import type { HtmlElement } from './email-html.ts'

type ColorProperty = 'color' | 'background-color'
type GetColor = (element: HtmlElement, property: ColorProperty) => string | undefined

/** An email's elements in order, and its style blocks. */
interface StyledHtml {
  elements: HtmlElement[]
  styleBlocks: HtmlElement[]
}

/** How email clients may change the colors of an element. */
const modes = {
  light:
    () =>
    ({ style }: HtmlElement, property: ColorProperty) =>
      style[property],
  dark: readDarkColors,
  /** The worst case of a forced dark mode. */
  inverted:
    () =>
    ({ style }: HtmlElement, property: ColorProperty) =>
      invert(style[property]),
} satisfies Record<string, (html: StyledHtml) => GetColor>

/** Describes each text whose contrast with its background is below `minRatio` in this mode. */
export function findLowContrastTexts(
  html: StyledHtml,
  mode: keyof typeof modes,
  minRatio: number,
): string[] {
  const getColor = modes[mode](html)
  return html.elements.filter(isVisible).flatMap((element) => {
    const chain = [element, ...element.ancestors]
    const resolve = (property: ColorProperty) =>
      chain.map((each) => getColor(each, property)).find(Boolean)
    const [color, background] = [resolve('color'), resolve('background-color')]
    if (!color || !background) return [`${mode}: no color or background for <${element.tag}>`]
    const ratio = computeContrast(toRgb(color), toRgb(background))
    return ratio >= minRatio ? [] : [`${mode}: ${color} on ${background} is ${ratio.toFixed(2)}`]
  })
}

function isVisible(element: HtmlElement): boolean {
  const chain = [element, ...element.ancestors]
  const isShown = chain.every(({ style }) => style.display !== 'none')
  const inBody = chain.some(({ tag }) => tag === 'body')
  return inBody && isShown && (element.tag === 'img' || element.text.trim() !== '')
}

function readDarkColors({ styleBlocks }: StyledHtml): GetColor {
  const css = styleBlocks.map(({ text }) => text).join('')
  const rule = /\.([A-Za-z]+)\{(color|background-color):(#[0-9a-f]{6})!important\}/g
  const colors = new Map(
    [...css.matchAll(rule)].map(([, className, property, color]) => [
      `${className} ${property}`,
      color,
    ]),
  )
  return ({ attributes, style }, property) =>
    colors.get(`${attributes.class} ${property}`) ?? style[property]
}

function invert(color: string | undefined): string | undefined {
  return color?.replace(/[0-9a-f]{2}/gi, (pair) =>
    (255 - Number.parseInt(pair, 16)).toString(16).padStart(2, '0'),
  )
}
