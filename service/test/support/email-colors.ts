import { contrastOf, rgbOf } from './contrast.ts'
import type { Element } from './email-html.ts'

type ColorName = 'color' | 'background-color'
type ColorOf = (element: Element, name: ColorName) => string | undefined

/** A letter's tags in their order, and what its style blocks say. */
interface Colored {
  elements: Element[]
  styleBlocks: Element[]
}

/** How a mail program may show the colors, as the color of a tag. */
const modes = {
  light:
    () =>
    ({ style }: Element, name: ColorName) =>
      style[name],
  dark: darkened,
  /** As a forced dark mode does it at its worst. */
  inverted:
    () =>
    ({ style }: Element, name: ColorName) =>
      inverted(style[name]),
} satisfies Record<string, (letter: Colored) => ColorOf>

/** Every text whose contrast with its ground is too small in this mode. */
export function faintTexts(letter: Colored, mode: keyof typeof modes, least: number): string[] {
  const colorOf = modes[mode](letter)
  return letter.elements.filter(isRead).flatMap((element) => {
    const around = [element, ...element.parents]
    const find = (name: ColorName) => around.map((each) => colorOf(each, name)).find(Boolean)
    const [color, ground] = [find('color'), find('background-color')]
    if (!color || !ground) return [`${mode}: no color or ground for <${element.tag}>`]
    const ratio = contrastOf(rgbOf(color), rgbOf(ground))
    return ratio >= least ? [] : [`${mode}: ${color} on ${ground} is ${ratio.toFixed(2)}`]
  })
}

function isRead(element: Element): boolean {
  const around = [element, ...element.parents]
  const shown = around.every(({ style }) => style.display !== 'none')
  const inBody = around.some(({ tag }) => tag === 'body')
  return inBody && shown && (element.tag === 'img' || element.text.trim() !== '')
}

function darkened({ styleBlocks }: Colored): ColorOf {
  const css = styleBlocks.map(({ text }) => text).join('')
  const rule = /\.([A-Za-z]+)\{(color|background-color):(#[0-9a-f]{6})!important\}/g
  const colors = new Map(
    [...css.matchAll(rule)].map(([, name, property, color]) => [`${name} ${property}`, color]),
  )
  return ({ attributes, style }, name) => colors.get(`${attributes.class} ${name}`) ?? style[name]
}

function inverted(color: string | undefined): string | undefined {
  return color?.replace(/[0-9a-f]{2}/gi, (pair) =>
    (255 - Number.parseInt(pair, 16)).toString(16).padStart(2, '0'),
  )
}
