import {
  getImageSlot,
  type ImageSlotName,
  imageSlotNames,
  listStylesOfSlot,
  type Style,
  styles,
} from '@passwright/shared/schema'
import type { OpenedArchive } from '../archive/archive.ts'
import { createFinding, type Finding, findIf } from '../report/findings.ts'
import { type PngSize, readPng } from './png.ts'

/** An image file of a pass, told by its name: `de.lproj/logo@2x.png`. */
interface ImageFile {
  path: string
  /** The folder of its language with a slash, or nothing. */
  folder: string
  slot: string
  scale: number
  content: Buffer
}

/** Images that have no slot of ours: of the poster styles, and of passes that ask for a person's data. */
const otherSlots = [
  'artwork',
  'personalizationLogo',
  'primaryLogo',
  'secondaryLogo',
  'venueMap',
] as const

/** Verifies the images of a pass: that they are PNGs, and have the sizes of the slots that its style shows. */
export function verifyImages(
  { files, names }: OpenedArchive,
  passJson: Record<string, unknown> | undefined,
): Finding[] {
  const images = [...files].flatMap(([path, content]) => toImageFile(path, content))
  const sizes = new Map(images.map((image) => [image, readPng(image.content)]))
  const style = passJson && styles.find((name) => passJson[name] !== undefined)
  return [
    ...findIf(!names.has('icon.png'), 'icon_missing', 'icon.png', 'icon.png is missing.'),
    ...images.flatMap((image) => {
      const size = sizes.get(image)
      return [
        ...findIf(size === 'no PNG', 'image_not_png', image.path, describeOtherImage(image)),
        ...findIf(size === 'damaged', 'image_damaged', image.path, `${image.path} is damaged.`),
        ...(typeof size === 'object' ? verifySize(image, size, style) : []),
      ]
    }),
    ...verifyDensities(names),
    ...verifyShown(images, style, names),
    ...verifyLocalized(images, names),
  ]
}

/** The image that a path names; nothing for another file. */
export function toImageFile(path: string, content: Buffer = Buffer.alloc(0)): ImageFile[] {
  const [, folder = '', slot = '', scale = '1'] =
    /^([^/]+\.lproj\/)?([a-zA-Z]+)(?:@([23])x)?\.png$/.exec(path) ?? []
  return isSlot(slot) || isOtherSlot(slot)
    ? [{ path, folder, slot, scale: Number(scale), content }]
    : []
}

function isSlot(name: string): name is ImageSlotName {
  return imageSlotNames.some((slot) => slot === name)
}

function isOtherSlot(name: string): boolean {
  return otherSlots.some((slot) => slot === name)
}

const otherFormats: readonly [start: string, name: string][] = [
  ['\xff\xd8\xff', 'a JPEG'],
  ['GIF8', 'a GIF'],
  ['RIFF', 'a WebP'],
  ['<', 'an SVG or a web page'],
  ['%PDF', 'a PDF'],
]

function describeOtherImage({ path, content }: ImageFile): string {
  if (content.length === 0) return `${path} is empty.`
  const start = content.toString('latin1', 0, 8)
  const name = otherFormats.find(([begin]) => start.startsWith(begin))?.[1]
  return `${path} is ${name ?? 'no PNG'}${name === undefined ? '' : ', not a PNG'}.`
}

/** An image that is scaled down a little is fine; beyond this it only makes the pass large. */
const MAX_OVERSIZE = 3

function verifySize(image: ImageFile, { width, height }: PngSize, style: Style | undefined) {
  const { slot, scale, path } = image
  if (!isSlot(slot)) return []
  const { fit, ...points } = getImageSlot(slot, style)
  const max = { width: points.width * scale, height: points.height * scale }
  const is = `${path} has ${width} × ${height} pixels`
  const isSmall = fit === 'cover' && (width < max.width || height < max.height)
  const isLarge = width > max.width * MAX_OVERSIZE || height > max.height * MAX_OVERSIZE
  return [
    ...findIf(
      isSmall,
      'image_size',
      path,
      `${is} and is blown up to ${max.width} × ${max.height}.`,
    ),
    ...findIf(
      isLarge,
      'image_size',
      path,
      `${is}, far more than the ${max.width} × ${max.height} that are shown.`,
    ),
  ]
}

/** The icon at all densities, and nothing at @2x or @3x alone. */
function verifyDensities(names: ReadonlySet<string>): Finding[] {
  const images = [...names].flatMap((path) => toImageFile(path))
  const groups = Map.groupBy(images, ({ folder, slot }) => `${folder}${slot}`)
  return [...groups].flatMap(([name, group]) => {
    const scales = group.map(({ scale }) => scale)
    const missing = [1, 2, 3].filter((scale) => !scales.includes(scale))
    // icon.png has a finding of its own.
    const isKnown = name === 'icon' && missing.includes(1)
    if (missing.length === 0 || isKnown || missing.join() === '3') return []
    const paths = missing.map((scale) => `${name}${scale === 1 ? '' : `@${scale}x`}.png`)
    const message = `${paths.join(' and ')} ${paths.length === 1 ? 'is' : 'are'} missing.`
    return [createFinding('image_density', paths[0] ?? name, message)]
  })
}

function verifyShown(
  images: readonly ImageFile[],
  style: Style | undefined,
  names: ReadonlySet<string>,
): Finding[] {
  if (style === undefined) return []
  const groups = Map.groupBy(images, ({ slot }) => slot)
  return [...groups].flatMap(([slot, [image]]) => {
    if (!isSlot(slot) || !image) return []
    const shownIn = listStylesOfSlot(slot)
    const message = `${image.path} is not shown in the style ${style}, only in ${shownIn.join(', ')}.`
    const isBesideStrip =
      style === 'eventTicket' &&
      names.has('strip.png') &&
      (slot === 'background' || slot === 'thumbnail')
    return [
      ...findIf(!shownIn.includes(style), 'image_not_shown', image.path, message),
      ...findIf(
        isBesideStrip,
        'image_not_shown',
        image.path,
        `${image.path} is not shown beside strip.png.`,
      ),
    ]
  })
}

function verifyLocalized(images: readonly ImageFile[], names: ReadonlySet<string>): Finding[] {
  return images.flatMap(({ path, folder }) => {
    const top = path.slice(folder.length)
    const message = `${path} is hidden by ${top} at the top of the pass.`
    return findIf(folder !== '' && names.has(top), 'image_localized_hidden', path, message)
  })
}
